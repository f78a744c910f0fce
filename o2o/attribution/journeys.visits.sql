-- The touches of each visit that begins in the period: its visitor's counted scans up to its first scan and at it.
WITH visits AS MATERIALIZED (
    -- include visits: visits.scans
)
SELECT visits.scan AS conversion, scans.id AS scan, scans.scanned_at, scans.touchpoint_id
FROM visits
JOIN scans ON scans.visitor_id = visits.visitor_id
WHERE visits.starts = 1 AND visits.scanned_at >= :since AND visits.scanned_at < :until
    AND scans.verdict = 'human' AND scans.scanned_at BETWEEN visits.scanned_at - :window AND visits.scanned_at
