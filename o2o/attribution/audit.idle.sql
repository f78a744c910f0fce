-- The counted scans of the period in whole numbers, with who made them and their keys.
SELECT idle.conversion AS person, idle.scan, idle.scanned_at, keys.number AS key
FROM (
    -- include idle: attribution/journeys.keyed
) AS idle
JOIN (
    -- include keys: attribution/audit.keys
) AS keys ON keys.key = idle.key
