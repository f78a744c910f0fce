-- Orders of each store and local day (days since 1970): how many, of how many it is known whose they are, and how many
-- of these came within the window after a counted scan of theirs.
WITH clock AS (
    -- include clock: attribution/journeys.clock
)
SELECT
    coalesce(orders.store_id, '') AS store_id,
    (orders.ordered_at + clock.shift) / 86400000 AS day,
    count(*) AS orders,
    sum(identities.with_id) AS known,
    count(touched.conversion) AS scanned
FROM (
    -- include identities: attribution/journeys.identities
) AS identities
JOIN orders ON orders.id = identities.conversion
LEFT JOIN stores ON stores.store_id = orders.store_id
JOIN clock
    ON clock.zone = coalesce(stores.timezone, '')
    AND clock.since <= orders.ordered_at AND clock.until > orders.ordered_at
LEFT JOIN (
    SELECT DISTINCT conversion
    FROM (
        -- include touches: attribution/journeys.touches
    ) AS touches
) AS touched ON touched.conversion = identities.conversion
WHERE orders.ordered_at >= :since AND orders.ordered_at < :until
GROUP BY coalesce(orders.store_id, ''), (orders.ordered_at + clock.shift) / 86400000
