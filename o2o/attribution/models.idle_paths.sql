-- The journeys that led to nothing, as paths.
SELECT conversion, key, 0 AS conversions, 0 AS value, 1 AS nulls
FROM (
    -- include idle: attribution/journeys.keyed
)
ORDER BY conversion, position
