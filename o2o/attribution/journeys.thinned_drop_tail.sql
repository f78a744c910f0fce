-- Touches up to the last one of another key than :dropped; all where there is no other.
SELECT conversion, scan, scanned_at, kind, key
FROM (
    SELECT *, max(CASE WHEN key <> :dropped THEN position END) OVER (PARTITION BY conversion) AS kept
    FROM (
        -- include journeys: attribution/journeys.keyed
    ) AS journeys
) AS ended
WHERE kept IS NULL OR position <= kept
