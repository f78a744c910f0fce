-- How many days lie between the days of a unit, one vote a unit.
SELECT gap, sum(CAST(1 AS REAL) / gaps) AS units
FROM (
    SELECT
        day - lag(day) OVER (PARTITION BY unit ORDER BY day) AS gap,
        count(*) OVER (PARTITION BY unit) - 1 AS gaps
    FROM (
        -- include contacts: analytics/lifecycle.contacts
    ) AS contacts
) AS gaps
WHERE gap IS NOT NULL
GROUP BY gap
ORDER BY gap
