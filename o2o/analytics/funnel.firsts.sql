-- When units reached a step first.
SELECT unit, key, min(at) AS at
FROM (
    -- include reached: analytics/funnel.entries
) AS reached
GROUP BY unit, key
