-- A row for each time in which a place was the same: in one store, under one name, in one zone.
SELECT
    place_id, time.store_id, coalesce(time.name, places.name) AS name, carrier,
    coalesce(time.zone, places.zone) AS zone, walk_order,
    time.valid_from AS "from", time.valid_to AS "to", extra, retired_at
FROM places
LEFT JOIN assignments AS time ON time.kind = 'place' AND time.subject_id = place_id
WHERE retired_at IS NULL OR retired_at > :at OR :retired
ORDER BY place_id, time.valid_from
