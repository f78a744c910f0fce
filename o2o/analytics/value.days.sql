-- What each customer, or visitor without one, bought on each day: orders of one day are one purchase, orders that were
-- cancelled whole are none, refunds are taken off. A day is 24 hours from :origin on, a midnight.
WITH identities AS (
    -- include identities: attribution/journeys.identities
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
    identities.customer,
    identities.visitor_id,
    (identities.at - :origin) / 86400000 AS day,
    sum(orders.amount + coalesce(refunds.amount, 0)) AS spent
FROM identities
JOIN orders ON orders.id = identities.conversion
LEFT JOIN refunds ON refunds.id = orders.id
WHERE (identities.customer IS NOT NULL OR identities.visitor_id IS NOT NULL)
    AND identities.at >= :since AND identities.at < :until
    AND (refunds.id IS NULL OR orders.amount + refunds.amount > 0)
GROUP BY identities.customer, identities.visitor_id, (identities.at - :origin) / 86400000
