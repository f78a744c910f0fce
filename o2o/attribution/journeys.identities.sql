-- Whose scans each order may be credited to: all those of a visitor, or the one scan that it names.
-- That is the visitor of its scan, else its own, and all visitors of its customer; without a customer, those of the
-- only customer that its visitor has. A visitor of more than :shared customers joins nothing but the one scan.
WITH links AS (
    -- include links: attribution/journeys.links
),
owners AS MATERIALIZED (
    SELECT visitor, min(customer) AS customer, max(customers) AS customers FROM links GROUP BY visitor
),
named AS MATERIALIZED (
    SELECT
        orders.id AS order_row,
        scans.id AS scan,
        scans.id IS NOT NULL AND scans.visitor_id IS NULL AS anonymous,
        coalesce(owners.customers, 0) > :shared AS shared,
        coalesce(visitors.visitor, orders.visitor) AS visitor,
        coalesce(orders.customer, CASE WHEN owners.customers = 1 THEN owners.customer END) AS customer
    FROM orders
    LEFT JOIN scans ON scans.scan_id = orders.scan_id
    LEFT JOIN visitors ON visitors.id = scans.visitor_id
    LEFT JOIN owners ON owners.visitor = coalesce(visitors.visitor, orders.visitor)
    WHERE orders.amount >= 0
)
SELECT named.order_row, visitors.id AS visitor_id, NULL AS scan
FROM named
JOIN visitors ON visitors.visitor = named.visitor
WHERE NOT named.shared
UNION
SELECT named.order_row, visitors.id, NULL
FROM named
JOIN links ON links.customer = named.customer AND links.customers <= :shared
JOIN visitors ON visitors.visitor = links.visitor
WHERE named.scan IS NULL OR NOT named.shared
UNION ALL
SELECT order_row, NULL, scan
FROM named
WHERE scan IS NOT NULL AND (shared OR anonymous)
