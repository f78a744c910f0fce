-- Who scanned what, each scan of a period, by whose it is.
SELECT conversion AS unit, key AS item, scanned_at AS at
FROM (
    -- include keyed: attribution/journeys.keyed
) AS keyed
WHERE key <> :other
