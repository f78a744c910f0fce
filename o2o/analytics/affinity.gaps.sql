-- Counted scans of a period with their visitor's scans before and after them.
SELECT
    id,
    visitor_id,
    scanned_at,
    touchpoint_id,
    lag(scanned_at) OVER (PARTITION BY visitor_id ORDER BY scanned_at, id) AS before,
    lead(scanned_at) OVER (PARTITION BY visitor_id ORDER BY scanned_at, id) AS after
FROM scans
WHERE verdict = 'human' AND visitor_id IS NOT NULL AND scanned_at >= :since AND scanned_at < :until
