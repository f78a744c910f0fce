-- Orders, refunds aside, by hour as the store's clock shows it (hours since 1970).
WITH clock AS (
    -- include clock: attribution/journeys.clock
)
SELECT (orders.ordered_at + clock.shift) / 3600000 AS hour, count(*) AS orders
FROM orders
LEFT JOIN stores ON stores.store_id = orders.store_id
JOIN clock
    ON clock.zone = coalesce(stores.timezone, '')
    AND clock.since <= orders.ordered_at AND clock.until > orders.ordered_at
WHERE orders.amount >= 0 AND orders.refund_of IS NULL
    AND orders.ordered_at >= :since AND orders.ordered_at < :until
    AND (:store = '' OR orders.store_id = :store)
GROUP BY (orders.ordered_at + clock.shift) / 3600000
