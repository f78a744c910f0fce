-- Who scanned when, and of what.
SELECT conversion AS unit, scanned_at AS at, coalesce(touchpoint_id, 0) AS mark
FROM (
    -- include scans: analytics/people.scans
) AS scans
