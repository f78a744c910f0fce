-- The unit and the local day of each counted scan in one number.
SELECT unit_day
FROM (
    -- include days: analytics/unit_days.scans
) AS days
