-- Touches of which those that repeat the key before them are left out.
SELECT conversion, scan, scanned_at, kind, key
FROM (
    SELECT *, lag(key) OVER (PARTITION BY conversion ORDER BY position) AS before
    FROM (
        -- include journeys: attribution/journeys.keyed
    ) AS journeys
) AS followed
WHERE position = 1 OR before <> key
