-- From when on each unit is watched in the period, in the columns of journeys: position 1 is somebody new, from the first
-- day of all; position 2 a regular, from the first day in the period that isn't that. The local day stands as length.
WITH days AS (
    -- include days: analytics/retention.days
),
firsts AS (
    -- include firsts: analytics/retention.firsts
),
entries AS (
    SELECT unit, 1 AS entry, day, first
    FROM firsts
    WHERE day >= :since_day AND day < :until_day
    UNION ALL
    SELECT days.unit, 2, min(days.day), min(days.first)
    FROM days
    JOIN firsts ON firsts.unit = days.unit
    WHERE days.day > firsts.day AND days.day >= :since_day AND days.day < :until_day
    GROUP BY days.unit
)
SELECT
    unit AS conversion,
    0 AS scan,
    first / :marks + :origin AS scanned_at,
    first % :marks AS touchpoint_id,
    entry AS position,
    day AS length,
    0 AS older
FROM entries
