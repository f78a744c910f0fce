-- Orders with each product that was scanned somewhere, by store and at the time of its clock; those that are credited to
-- scans are left out.
WITH clock AS (
    -- include clock: attribution/journeys.clock
),
product_scans AS (
    -- include product_scans: analytics/walk_ins.scans
),
touches AS (
    -- include touches: attribution/journeys.touches
)
SELECT
    coalesce(orders.store_id, '') AS store_id,
    order_lines.sku,
    orders.ordered_at + clock.shift AS at,
    sum(order_lines.amount) AS amount
FROM orders
JOIN order_lines ON order_lines.order_row = orders.id
LEFT JOIN stores ON stores.store_id = orders.store_id
JOIN clock ON clock.zone = coalesce(stores.timezone, '')
    AND clock.since <= orders.ordered_at AND clock.until > orders.ordered_at
WHERE orders.amount >= 0 AND orders.refund_of IS NULL AND order_lines.amount > 0
    AND orders.ordered_at >= :first AND orders.ordered_at < :last
    AND order_lines.sku IN (SELECT sku FROM product_scans)
    AND orders.id NOT IN (SELECT conversion FROM touches)
GROUP BY orders.id, coalesce(orders.store_id, ''), order_lines.sku, orders.ordered_at + clock.shift
