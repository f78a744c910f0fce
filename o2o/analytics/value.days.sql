-- What each customer, or visitor without one, bought on each day: orders of one day are one purchase, orders that were
-- cancelled whole are none, refunds are taken off. Days are local ones, counted from the day :origin on. A visitor
-- of a few customers is the first of them, as in people.owners.
WITH links AS (
    -- include links: attribution/journeys.links
),
owners AS (
    SELECT visitor_id, min(customer) AS customer
    FROM links
    WHERE customers <= :shared AND visitor_id IS NOT NULL
    GROUP BY visitor_id
),
identities AS (
    SELECT
        named.conversion,
        named.at AS scanned_at,
        coalesce(named.customer, named.own, owners.customer) AS customer,
        CASE WHEN coalesce(named.customer, named.own, owners.customer) IS NULL THEN named.visitor_id END AS visitor_id
    FROM (
        -- include identities: attribution/journeys.identities
    ) AS named
    LEFT JOIN owners ON owners.visitor_id = named.visitor_id
    WHERE named.at >= :since AND named.at < :until
        AND (named.customer IS NOT NULL OR named.own IS NOT NULL OR named.visitor_id IS NOT NULL)
),
days AS (
    SELECT conversion, customer, visitor_id, (scanned_at + (
        -- include shift: analytics/unit_days.shift
    )) / 86400000 - :origin AS day
    FROM identities
),
refunds AS (
    SELECT sale.id, sum(refund.amount) AS amount
    FROM orders AS refund
    JOIN orders AS sale
        ON coalesce(sale.store_id, '') = coalesce(refund.store_id, '') AND sale.order_id = refund.refund_of
    WHERE refund.refund_of IS NOT NULL AND refund.ordered_at < :until
    GROUP BY sale.id
)
SELECT
    days.customer,
    days.visitor_id,
    days.day,
    sum(orders.amount + coalesce(refunds.amount, 0)) AS spent
FROM days
JOIN orders ON orders.id = days.conversion
LEFT JOIN refunds ON refunds.id = orders.id
WHERE refunds.id IS NULL OR orders.amount + refunds.amount > 0
GROUP BY days.customer, days.visitor_id, days.day
