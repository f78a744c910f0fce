-- How many of those who came on each day came back so many days later or still later, for each of the ages asked for, by
-- what they scanned then.
SELECT
    entries.position AS entry,
    entries.key,
    entries.length AS day,
    ages.age,
    count(*) AS people,
    sum(CASE WHEN last_days.day >= entries.length + ages.age THEN 1 ELSE 0 END) AS returned
FROM (
    -- include entries: attribution/journeys.keyed
) AS entries
CROSS JOIN (
    -- include ages: analytics/retention.ages
) AS ages
LEFT JOIN (
    SELECT unit, max(day) AS day
    FROM (
        -- include returns: analytics/retention.returns_scan
    ) AS returns
    GROUP BY unit
) AS last_days ON last_days.unit = entries.conversion
GROUP BY entries.position, entries.key, entries.length, ages.age
