-- How many of those who came on each day came back so many days later, for each of the ages asked for, by what they
-- scanned then. Nobody is twice in an entry, nor a day twice among the days of one.
WITH entries AS (
    -- include entries: attribution/journeys.keyed
),
ages AS (
    -- include ages: analytics/retention.ages
),
came AS (
    SELECT position, key, length, count(*) AS people
    FROM entries
    GROUP BY position, key, length
),
returned AS (
    SELECT entries.position, entries.key, entries.length, ages.age, count(*) AS returned
    FROM (
        -- include returns: analytics/retention.returns_scan
    ) AS returns
    JOIN entries ON entries.conversion = returns.unit
    JOIN ages ON ages.age = returns.day - entries.length
    GROUP BY entries.position, entries.key, entries.length, ages.age
)
SELECT
    came.position AS entry,
    came.key,
    came.length AS day,
    ages.age,
    came.people,
    coalesce(returned.returned, 0) AS returned
FROM came
CROSS JOIN ages
LEFT JOIN returned
    ON returned.position = came.position AND returned.key = came.key AND returned.length = came.length
    AND returned.age = ages.age
