-- The days on which units scanned.
SELECT unit, day
FROM (
    -- include days: analytics/retention.days
) AS days
