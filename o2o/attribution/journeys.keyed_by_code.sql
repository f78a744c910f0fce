-- Journeys with the code of each touch as its key.
SELECT
    placed.conversion,
    placed.scan,
    placed.scanned_at,
    touchpoints.kind,
    placed.position,
    placed.length,
    placed.older,
    coalesce(touchpoints.code, :other) AS key
FROM (
    -- include placed: attribution/journeys.placed
) AS placed
LEFT JOIN touchpoints ON touchpoints.id = placed.touchpoint_id
