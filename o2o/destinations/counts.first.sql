-- When a visitor first scanned any code.
SELECT min(scans.scanned_at)
FROM visitors
JOIN scans ON scans.visitor_id = visitors.id
WHERE visitors.visitor = :visitor AND scans.verdict = 'human'
