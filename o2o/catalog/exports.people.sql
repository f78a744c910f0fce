-- A row for each time in which a person was the same: in one store, under one name, in one role.
SELECT
    person_id, time.store_id, coalesce(time.name, people.name) AS name, coalesce(time.role, people.role) AS role,
    time.valid_from AS "from", time.valid_to AS "to", extra, retired_at
FROM people
LEFT JOIN assignments AS time ON time.kind = 'person' AND time.subject_id = person_id
WHERE retired_at IS NULL OR retired_at > :at OR :retired
ORDER BY person_id, time.valid_from
