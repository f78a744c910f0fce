-- The journeys that led to nothing, as paths.
SELECT idle.conversion, keys.number AS key
FROM (
    -- include idle: attribution/journeys.keyed
) AS idle
JOIN (
    -- include keys: attribution/audit.keys
) AS keys ON keys.key = idle.key
ORDER BY idle.conversion, idle.position
