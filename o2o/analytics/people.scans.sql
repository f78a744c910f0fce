-- Counted scans of a period by the unit whose they are, in the columns of journeys: a unit stands for a conversion.
SELECT
    coalesce(owners.unit, scans.visitor_id) AS conversion,
    scans.id AS scan,
    scans.scanned_at,
    scans.touchpoint_id,
    0 AS position,
    0 AS length,
    0 AS older
FROM scans
LEFT JOIN (
    -- include visitors_of: analytics/people.owners
) AS owners ON owners.visitor_id = scans.visitor_id
WHERE scans.verdict = 'human' AND scans.visitor_id IS NOT NULL
    AND scans.scanned_at >= :since AND scans.scanned_at < :until
