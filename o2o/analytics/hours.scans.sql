-- Counted scans, and scan visits that begin, by hour as the store's clock shows it (hours since 1970).
WITH clock AS (
    -- include clock: attribution/journeys.clock
)
SELECT
    (scans.scanned_at + clock.shift) / 3600000 AS hour,
    count(*) AS scans,
    sum(CASE WHEN scans.visitor_id IS NULL OR scans.scanned_at - scans.before <= :gap THEN 0 ELSE 1 END) AS visits
FROM (
    SELECT
        visitor_id, scanned_at, touchpoint_id,
        lag(scanned_at) OVER (PARTITION BY visitor_id ORDER BY scanned_at, id) AS before
    FROM scans
    WHERE verdict = 'human' AND scanned_at >= :since AND scanned_at < :until
) AS scans
LEFT JOIN touchpoint_periods AS period
    ON period.touchpoint_id = scans.touchpoint_id
    AND period.valid_from <= scans.scanned_at
    AND (period.valid_to IS NULL OR period.valid_to > scans.scanned_at)
LEFT JOIN stores ON stores.store_id = period.store_id
JOIN clock
    ON clock.zone = coalesce(stores.timezone, '')
    AND clock.since <= scans.scanned_at AND clock.until > scans.scanned_at
WHERE :store = '' OR period.store_id = :store
GROUP BY (scans.scanned_at + clock.shift) / 3600000
