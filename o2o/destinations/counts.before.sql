-- Scans of a code by a visitor until :at.
SELECT count(*)
FROM visitors
JOIN scans ON scans.visitor_id = visitors.id
JOIN touchpoints ON touchpoints.id = scans.touchpoint_id
WHERE visitors.visitor = :visitor AND touchpoints.code = :code AND scans.verdict = 'human' AND scans.scanned_at <= :at
