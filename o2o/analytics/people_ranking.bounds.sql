-- The first and the last scan of people's codes.
SELECT min(scans.scanned_at) AS first, max(scans.scanned_at) AS last
FROM scans
JOIN touchpoints ON touchpoints.id = scans.touchpoint_id
WHERE scans.verdict = 'human' AND touchpoints.kind = 'person'
