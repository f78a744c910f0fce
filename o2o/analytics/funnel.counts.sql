-- How many units of each key reached the first step.
SELECT key, count(*) AS reached, CAST(NULL AS REAL) AS took
FROM (
    -- include firsts: analytics/funnel.firsts
) AS firsts
GROUP BY key
