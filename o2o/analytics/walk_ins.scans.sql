-- Counted scans of products by store, each at the time that the store's clock showed, in milliseconds.
WITH clock AS (
    -- include clock: attribution/journeys.clock
)
SELECT coalesce(period.store_id, '') AS store_id, period.subject_id AS sku, scans.scanned_at + clock.shift AS at
FROM scans
JOIN touchpoints ON touchpoints.id = scans.touchpoint_id
JOIN touchpoint_periods AS period
    ON period.touchpoint_id = scans.touchpoint_id
    AND period.valid_from <= scans.scanned_at
    AND (period.valid_to IS NULL OR period.valid_to > scans.scanned_at)
LEFT JOIN stores ON stores.store_id = period.store_id
JOIN clock ON clock.zone = coalesce(stores.timezone, '')
    AND clock.since <= scans.scanned_at AND clock.until > scans.scanned_at
WHERE scans.verdict = 'human' AND touchpoints.kind = 'product'
    AND scans.scanned_at >= :first AND scans.scanned_at < :last
