-- What touchpoints of which something was paid stand for.
SELECT touchpoints.code, coalesce(people.name, products.name, places.name, touchpoints.subject_id)
FROM touchpoints
LEFT JOIN people ON touchpoints.kind = 'person' AND people.person_id = touchpoints.subject_id
LEFT JOIN products ON touchpoints.kind = 'product' AND products.sku = touchpoints.subject_id
LEFT JOIN places ON touchpoints.kind = 'place' AND places.place_id = touchpoints.subject_id
WHERE touchpoints.code IN (SELECT key FROM costs WHERE kind = 'touchpoint')
