-- Orders with each product in the stores where it has a sign, at the time of the store's clock; those that are credited
-- to scans are left out.
WITH clock AS (
    -- include clock: attribution/journeys.clock
),
signs AS (
    -- include signs: analytics/walk_ins.signs
),
touches AS (
    -- include touches: attribution/journeys.touches
),
pairs AS (
    SELECT DISTINCT pair, store_id, sku, zone FROM signs
)
SELECT pairs.pair, orders.ordered_at + clock.shift AS at, sum(order_lines.amount) AS amount
FROM orders
JOIN order_lines ON order_lines.order_row = orders.id
JOIN pairs ON pairs.store_id = coalesce(orders.store_id, '') AND pairs.sku = order_lines.sku
JOIN clock ON clock.zone = pairs.zone AND clock.since <= orders.ordered_at AND clock.until > orders.ordered_at
WHERE orders.amount >= 0 AND orders.refund_of IS NULL AND order_lines.amount > 0
    AND orders.ordered_at >= :first AND orders.ordered_at < :last
    AND orders.id NOT IN (SELECT conversion FROM touches)
GROUP BY orders.id, pairs.pair, orders.ordered_at + clock.shift
