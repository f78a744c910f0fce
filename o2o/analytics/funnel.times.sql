-- How many units of each key reached a step, and the median time since they had first reached the step before it.
WITH took AS (
    SELECT firsts.key, firsts.at - before.at AS took
    FROM (
        -- include firsts: analytics/funnel.firsts
    ) AS firsts
    JOIN (
        -- include before: analytics/funnel.firsts
    ) AS before ON before.unit = firsts.unit AND before.key = firsts.key
),
ranked AS (
    SELECT
        key,
        took,
        row_number() OVER (PARTITION BY key ORDER BY took) AS place,
        count(*) OVER (PARTITION BY key) AS reached
    FROM took
)
SELECT key, reached, avg(CAST(took AS REAL)) AS took
FROM ranked
WHERE place * 2 IN (reached, reached + 1, reached + 2)
GROUP BY key, reached
