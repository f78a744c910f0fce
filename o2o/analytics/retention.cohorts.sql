-- The days and their cohorts.
SELECT day, cohort
FROM (
    -- include calendar: analytics/retention.calendar
) AS calendar
