-- Touches with a key that wasn't there before.
SELECT conversion, scan, scanned_at, kind, key
FROM (
    SELECT *, row_number() OVER (PARTITION BY conversion, key ORDER BY position) AS time
    FROM (
        -- include journeys: attribution/journeys.keyed
    ) AS journeys
) AS repeated
WHERE time = 1
