-- Touches of other keys than :dropped; all where there is no other.
SELECT conversion, scan, scanned_at, kind, key
FROM (
    SELECT *, count(CASE WHEN key <> :dropped THEN 1 END) OVER (PARTITION BY conversion) AS others
    FROM (
        -- include journeys: attribution/journeys.keyed
    ) AS journeys
) AS mixed
WHERE others = 0 OR key <> :dropped
