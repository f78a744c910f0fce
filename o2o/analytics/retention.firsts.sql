-- The first day of each unit, and its first scan.
SELECT unit, min(day) AS day, min(first) AS first
FROM (
    -- include days: analytics/retention.days
) AS days
GROUP BY unit
