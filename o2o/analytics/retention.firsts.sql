-- The first day of each unit.
SELECT unit, min(day) AS day
FROM (
    -- include days: analytics/retention.days
) AS days
GROUP BY unit
