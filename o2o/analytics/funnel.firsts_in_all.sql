-- When units reached a step first, by whatever key.
SELECT unit, '' AS key, min(at) AS at
FROM (
    -- include firsts: analytics/funnel.firsts
) AS firsts
GROUP BY unit
