-- A row for each time in which a person was the same: in one store, under one name, in one role.
-- It has an end where nothing follows at once.
SELECT
    person_id,
    iif(stay.subject_id IS NULL, people.store_id, stay.store_id) AS store_id,
    coalesce(stay.name, people.name) AS name,
    coalesce(stay.role, people.role) AS role,
    coalesce(stay.valid_from, 0) AS "from",
    iif(stay.valid_to IS lead(stay.valid_from) OVER (PARTITION BY person_id ORDER BY stay.valid_from), NULL, stay.valid_to)
        AS "to",
    gsrn,
    extra,
    retired_at
FROM people
LEFT JOIN assignments AS stay ON stay.kind = 'person' AND stay.subject_id = person_id
WHERE retired_at IS NULL OR retired_at > :at OR :retired
ORDER BY person_id, "from"
