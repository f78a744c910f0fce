-- How many of those who came on each day came back :age days later, by what they scanned then.
SELECT
    entries.position AS entry,
    entries.key,
    entries.length AS day,
    count(*) AS people,
    count(returns.unit) AS returned
FROM (
    -- include entries: attribution/journeys.keyed
) AS entries
LEFT JOIN (
    -- include returns: analytics/retention.returns_scan
) AS returns ON returns.unit = entries.conversion AND returns.day = entries.length + :age
GROUP BY entries.position, entries.key, entries.length
