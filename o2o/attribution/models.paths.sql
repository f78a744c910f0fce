-- Journeys as paths: their touches in order, and what the conversion of each came to.
SELECT conversion, key, sum(delta) AS conversions, sum(sign * amount) AS value, 0 AS nulls
FROM (
    -- include steps: attribution/models.steps
)
GROUP BY conversion, position, key
ORDER BY conversion, position
