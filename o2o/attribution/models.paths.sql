-- Journeys as paths: their touches in order, and what the conversion of each came to.
SELECT steps.conversion, keys.number AS key, sum(steps.delta) AS conversions, sum(steps.sign * steps.amount) AS value
FROM (
    -- include steps: attribution/models.steps
) AS steps
JOIN (
    -- include keys: attribution/audit.keys
) AS keys ON keys.key = steps.key
GROUP BY steps.conversion, steps.position, keys.number
ORDER BY steps.conversion, steps.position
