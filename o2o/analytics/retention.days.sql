-- The local days on which units scanned, and the first scan of each: when (from :origin on) and of what, in one number.
SELECT
    conversion AS unit,
    (scanned_at + (
        -- include shift: analytics/retention.shift
    )) / 86400000 AS day,
    min((scanned_at - :origin) * :marks + coalesce(touchpoint_id, 0)) AS first
FROM (
    -- include scans: analytics/people.scans
) AS scans
GROUP BY 1, 2
