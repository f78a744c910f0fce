-- Scans that came in after a given one, with the name of what was scanned.
SELECT
    s.id,
    s.scanned_at,
    s.code,
    coalesce(people.name, products.name, places.name, '') AS name,
    coalesce(t.carrier, '') AS carrier,
    s.verdict,
    s.reason
FROM scans AS s
LEFT JOIN touchpoints AS t ON t.id = s.touchpoint_id
LEFT JOIN people ON t.kind = 'person' AND people.person_id = t.subject_id
LEFT JOIN products ON t.kind = 'product' AND products.sku = t.subject_id
LEFT JOIN places ON t.kind = 'place' AND places.place_id = t.subject_id
WHERE s.id > :after
ORDER BY s.id
