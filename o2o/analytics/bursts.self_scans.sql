-- Codes of people, and how many of their scans are of a visitor who scanned the same at least :often times that day.
SELECT touchpoint_id, sum(scans) AS scans, sum(CASE WHEN scans >= :often THEN scans ELSE 0 END) AS odd
FROM (
    SELECT scans.touchpoint_id, (scans.scanned_at - :since) / 86400000 AS day, scans.visitor_id, count(*) AS scans
    FROM scans
    JOIN touchpoints ON touchpoints.id = scans.touchpoint_id
    WHERE scans.verdict = 'human' AND scans.visitor_id IS NOT NULL AND touchpoints.kind = 'person'
        AND scans.scanned_at >= :since AND scans.scanned_at < :until
    GROUP BY scans.touchpoint_id, day, scans.visitor_id
) AS visitor_days
GROUP BY touchpoint_id
