-- Counted scans of products, each at the time that the store's clock showed, in milliseconds.
WITH clock AS (
    -- include clock: attribution/journeys.clock
),
signs AS (
    -- include signs: analytics/walk_ins.signs
)
SELECT signs.pair, scans.scanned_at + clock.shift AS at
FROM scans
JOIN signs ON signs.touchpoint_id = scans.touchpoint_id
    AND signs.valid_from <= scans.scanned_at
    AND (signs.valid_to IS NULL OR signs.valid_to > scans.scanned_at)
JOIN clock ON clock.zone = signs.zone AND clock.since <= scans.scanned_at AND clock.until > scans.scanned_at
WHERE scans.verdict = 'human' AND scans.scanned_at >= :first AND scans.scanned_at < :last
