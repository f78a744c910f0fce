-- A row for each time in which a place was the same: in one store, under one name, in one zone.
-- It has an end where nothing follows at once.
SELECT
    place_id,
    iif(stay.subject_id IS NULL, places.store_id, stay.store_id) AS store_id,
    coalesce(stay.name, places.name) AS name,
    carrier,
    coalesce(stay.zone, places.zone) AS zone,
    walk_order,
    coalesce(stay.valid_from, 0) AS "from",
    iif(stay.valid_to IS lead(stay.valid_from) OVER (PARTITION BY place_id ORDER BY stay.valid_from), NULL, stay.valid_to)
        AS "to",
    gln,
    giai,
    extra,
    retired_at
FROM places
LEFT JOIN assignments AS stay ON stay.kind = 'place' AND stay.subject_id = place_id
WHERE retired_at IS NULL OR retired_at > :at OR :retired
ORDER BY place_id, "from"
