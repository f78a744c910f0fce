-- The local days on which units scanned, and the first scan of each: when of the day and which, in one number, so that of
-- two in the same millisecond the one that was imported first is the first.
SELECT
    unit,
    day,
    min((scanned_at - day * 86400000 + 86400000) * :scans + scan) AS first
FROM (
    SELECT
        conversion AS unit,
        scan,
        scanned_at,
        (scanned_at + (
            -- include shift: analytics/retention.shift
        )) / 86400000 AS day
    FROM (
        -- include scans: analytics/people.scans
    ) AS scans
) AS scans
GROUP BY unit, day
