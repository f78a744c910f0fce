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
        CASE WHEN scans.id IS NOT NULL AND scans.visitor_id IS NULL THEN 1 ELSE 0 END AS anonymous,
        CASE WHEN owners.customers > :shared THEN 1 ELSE 0 END AS shared,
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
    CASE WHEN named.scan IS NULL OR named.shared = 0 THEN named.customer END AS customer,
    CASE WHEN named.customer IS NULL AND named.shared = 0 THEN visitors.id END AS visitor_id,
    CASE WHEN named.shared = 1 OR named.anonymous = 1 THEN named.scan END AS scan
FROM named
LEFT JOIN visitors ON visitors.visitor = named.visitor
