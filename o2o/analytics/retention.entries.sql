-- From when on each unit is watched in the period, in the columns of journeys: position 1 is somebody new, from the first
-- day of all; position 2 a regular, from the first day in the period that isn't that. The local day stands as length.
WITH days AS (
    -- include days: analytics/retention.days
),
firsts AS (
    -- include firsts: analytics/retention.firsts
),
watched AS (
    SELECT unit, 1 AS entry, day
    FROM firsts
    WHERE day >= :since_day AND day < :until_day
    UNION ALL
    SELECT days.unit, 2, min(days.day)
    FROM days
    JOIN firsts ON firsts.unit = days.unit
    WHERE days.day > firsts.day AND days.day >= :since_day AND days.day < :until_day
    GROUP BY days.unit
),
entries AS (
    SELECT watched.unit, watched.entry, watched.day, days.first % :scans AS scan
    FROM watched
    JOIN days ON days.unit = watched.unit AND days.day = watched.day
)
SELECT
    entries.unit AS conversion,
    entries.scan,
    scans.scanned_at,
    scans.touchpoint_id,
    entries.entry AS position,
    entries.day AS length,
    0 AS older
FROM entries
JOIN scans ON scans.id = entries.scan
