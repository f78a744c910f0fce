-- The codes of people :ids that are live at :now end when their person leaves, by the import that said so;
-- an end that lies ahead goes with the person's.
UPDATE touchpoints
SET retired_at = people.retired_at, retired_by = iif(people.retired_at IS NULL, NULL, people.import_id)
FROM people
WHERE touchpoints.kind = 'person'
    AND touchpoints.subject_id = people.person_id
    AND people.person_id IN (SELECT value FROM json_each(:ids))
    AND (
        touchpoints.retired_at IS NULL
        OR (touchpoints.retired_at > :now AND touchpoints.retired_by IS NOT NULL)
    )
    AND touchpoints.retired_at IS NOT people.retired_at
