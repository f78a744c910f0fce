-- What was scanned in each visit with several scans, each once.
SELECT DISTINCT conversion AS basket, key AS item
FROM (
    -- include keyed: attribution/journeys.keyed
) AS keyed
WHERE key <> :other
