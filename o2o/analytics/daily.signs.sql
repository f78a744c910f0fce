-- What each touchpoint was scanned before day :recent, and when first and last, as what it stands for now.
SELECT touchpoint_id, sum(scans) AS scans, min(first_at) AS first_at, max(last_at) AS last_at, max(day) AS last_day
FROM (
    -- include placed: analytics/daily.placed
) AS placed
WHERE current = 1 AND day < :recent
GROUP BY touchpoint_id
