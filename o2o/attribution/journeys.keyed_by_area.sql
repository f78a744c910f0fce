-- Journeys with the zone or the department of each touch as its key, as it was at the time: the zone of a place, the
-- category of a product, the role of a person.
SELECT
    placed.conversion,
    placed.scan,
    placed.scanned_at,
    touchpoints.kind,
    placed.position,
    placed.length,
    placed.older,
    coalesce(nullif(CASE :by || ' of ' || touchpoints.kind
        WHEN 'zone of place' THEN coalesce(assignments.zone, places.zone)
        WHEN 'department of person' THEN coalesce(assignments.role, people.role)
        WHEN 'department of product' THEN products.category
    END, ''), :other) AS key
FROM (
    -- include placed: attribution/journeys.placed
) AS placed
LEFT JOIN touchpoints ON touchpoints.id = placed.touchpoint_id
LEFT JOIN touchpoint_periods AS period
    ON period.touchpoint_id = placed.touchpoint_id
    AND period.valid_from <= placed.scanned_at
    AND (period.valid_to IS NULL OR period.valid_to > placed.scanned_at)
LEFT JOIN assignments
    ON assignments.kind = touchpoints.kind AND assignments.subject_id = period.subject_id
    AND assignments.valid_from <= placed.scanned_at
    AND (assignments.valid_to IS NULL OR assignments.valid_to > placed.scanned_at)
LEFT JOIN people ON touchpoints.kind = 'person' AND people.person_id = period.subject_id
LEFT JOIN products ON touchpoints.kind = 'product' AND products.sku = period.subject_id
LEFT JOIN places ON touchpoints.kind = 'place' AND places.place_id = period.subject_id
