-- Whose scans each order may be credited to: those of a customer (of all visitors that are his alone or of a few), else
-- of a visitor, and the one scan that it names where no visitor stands for it. Without a customer of its own an order
-- has the only customer of its visitor. A visitor of more than :shared customers joins nothing but the one scan.
WITH links AS (
    -- include links: attribution/journeys.links
),
owners AS MATERIALIZED (
    SELECT visitor, min(customer) AS customer, max(customers) AS customers FROM links GROUP BY visitor
),
named AS (
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
    WHERE orders.amount >= 0 AND orders.refund_of IS NULL
)
SELECT
    named.order_row,
    CASE WHEN scan IS NULL OR NOT shared THEN customer END AS customer,
    CASE WHEN customer IS NULL AND NOT shared THEN visitors.id END AS visitor_id,
    CASE WHEN shared OR anonymous THEN scan END AS scan
FROM named
LEFT JOIN visitors ON visitors.visitor = named.visitor
