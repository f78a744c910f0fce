-- The hours of the local clock in which something was scanned or sold in each store: then it was open.
WITH clock AS (
    -- include clock: attribution/journeys.clock
),
product_scans AS (
    -- include product_scans: analytics/walk_ins.scans
)
SELECT store_id, at / 3600000 AS hour FROM product_scans
UNION
SELECT coalesce(orders.store_id, ''), (orders.ordered_at + clock.shift) / 3600000
FROM orders
LEFT JOIN stores ON stores.store_id = orders.store_id
JOIN clock ON clock.zone = coalesce(stores.timezone, '')
    AND clock.since <= orders.ordered_at AND clock.until > orders.ordered_at
WHERE orders.ordered_at >= :first AND orders.ordered_at < :last
