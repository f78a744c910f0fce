-- The days with the store that each touchpoint stood in then, and whether it still stands for the same.
SELECT
    days.touchpoint_id,
    days.day,
    days.scans,
    days.first_at,
    days.last_at,
    coalesce(period.store_id, '') AS store_id,
    CASE WHEN period.valid_to IS NULL THEN 1 ELSE 0 END AS current
FROM (
    -- include days: analytics/daily.days
) AS days
JOIN touchpoint_periods AS period
    ON period.touchpoint_id = days.touchpoint_id
    AND period.valid_from <= days.last_at
    AND (period.valid_to IS NULL OR period.valid_to > days.last_at)
