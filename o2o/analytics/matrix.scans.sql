-- Counted scans of a period: of whom, when, which, and of what.
SELECT visitor_id AS visitor, scanned_at AS at, id AS scan, coalesce(touchpoint_id, 0) AS mark
FROM scans
WHERE verdict = 'human' AND visitor_id IS NOT NULL AND scanned_at >= :since AND scanned_at < :until
