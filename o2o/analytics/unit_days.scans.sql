-- The local day of each counted scan and the unit whose it is, in one number: a unit's times 1,048,576 and the day's. Beside
-- it when on that day (clocks that go back don't turn it round), which scan, and of what.
SELECT unit * 1048576 + day AS unit_day, scanned_at - day * 86400000 + 86400000 AS time, scan, mark
FROM (
    SELECT
        conversion AS unit,
        scan,
        scanned_at,
        coalesce(touchpoint_id, 0) AS mark,
        (scanned_at + (
            -- include shift: analytics/unit_days.shift
        )) / 86400000 AS day
    FROM (
        -- include scans: analytics/people.scans
    ) AS scans
) AS scans
