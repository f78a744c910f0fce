-- How many of those who came on each day came back :age days later or still later, by what they scanned then.
SELECT
    entries.position AS entry,
    entries.key,
    entries.length AS day,
    count(*) AS people,
    sum(CASE WHEN last_days.day >= entries.length + :age THEN 1 ELSE 0 END) AS returned
FROM (
    -- include entries: attribution/journeys.keyed
) AS entries
LEFT JOIN (
    SELECT unit, max(day) AS day
    FROM (
        -- include returns: analytics/retention.returns_scan
    ) AS returns
    GROUP BY unit
) AS last_days ON last_days.unit = entries.conversion
GROUP BY entries.position, entries.key, entries.length
