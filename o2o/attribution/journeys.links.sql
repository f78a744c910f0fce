-- Which visitor belongs to which customer, as orders say that name both, and how many customers the visitor has.
WITH pairs AS (
    SELECT DISTINCT coalesce(visitors.visitor, orders.visitor) AS visitor, orders.customer
    FROM orders
    LEFT JOIN scans ON scans.scan_id = orders.scan_id
    LEFT JOIN visitors ON visitors.id = scans.visitor_id
    WHERE orders.customer IS NOT NULL AND coalesce(visitors.visitor, orders.visitor) IS NOT NULL
)
SELECT visitor, customer, count(*) OVER (PARTITION BY visitor) AS customers
FROM pairs
