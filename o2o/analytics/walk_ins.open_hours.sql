-- The hours of the local clock in which something was scanned or sold in each store: then it was open.
WITH clock AS (
    -- include clock: attribution/journeys.clock
),
signs AS (
    -- include signs: analytics/walk_ins.signs
),
product_scans AS (
    -- include product_scans: analytics/walk_ins.scans
),
hours AS (
    SELECT DISTINCT pair, at / 3600000 AS hour FROM product_scans
)
SELECT signs.store_id, hours.hour
FROM hours
JOIN signs ON signs.pair = hours.pair
UNION
SELECT coalesce(orders.store_id, ''), (orders.ordered_at + clock.shift) / 3600000
FROM orders
LEFT JOIN stores ON stores.store_id = orders.store_id
JOIN clock ON clock.zone = coalesce(stores.timezone, '')
    AND clock.since <= orders.ordered_at AND clock.until > orders.ordered_at
WHERE orders.ordered_at >= :first AND orders.ordered_at < :last
