-- What each touchpoint was scanned on each day from :recent on.
SELECT touchpoint_id, day, sum(scans) AS scans
FROM (
    -- include placed: analytics/daily.placed
) AS placed
WHERE current = 1 AND day >= :recent
GROUP BY touchpoint_id, day
