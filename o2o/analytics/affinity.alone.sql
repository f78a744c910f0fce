-- How many visits were of one scan alone, by what was scanned.
SELECT key AS item, count(*) AS baskets
FROM (
    -- include keyed: attribution/journeys.keyed
) AS keyed
WHERE key <> :other
GROUP BY key
