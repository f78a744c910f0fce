-- Where each person and place is from when until when: its assignments or, of one that has none, its row since ever.
SELECT
    kind, subject_id, valid_from, valid_to, store_id, name,
    CASE kind WHEN 'person' THEN role ELSE zone END AS detail,
    import_id
FROM assignments
UNION ALL
SELECT 'person', person_id, 0, retired_at, store_id, name, role, import_id
FROM people
WHERE NOT EXISTS (SELECT 1 FROM assignments WHERE kind = 'person' AND subject_id = person_id)
UNION ALL
SELECT 'place', place_id, 0, retired_at, store_id, name, zone, import_id
FROM places
WHERE NOT EXISTS (SELECT 1 FROM assignments WHERE kind = 'place' AND subject_id = place_id)
