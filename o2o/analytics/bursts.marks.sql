-- All touchpoints (or those of one kind), those that are no longer in use too, and where they are.
SELECT
    touchpoints.id,
    touchpoints.code,
    touchpoints.kind,
    touchpoints.subject_id,
    coalesce(people.name, products.name, places.name, '') AS name,
    coalesce(touchpoints.store_id, '') AS store_id,
    coalesce(stores.name, '') AS store_name,
    touchpoints.carrier,
    touchpoints.label
FROM touchpoints
LEFT JOIN stores ON stores.store_id = touchpoints.store_id
LEFT JOIN people ON touchpoints.kind = 'person' AND people.person_id = touchpoints.subject_id
LEFT JOIN products ON touchpoints.kind = 'product' AND products.sku = touchpoints.subject_id
LEFT JOIN places ON touchpoints.kind = 'place' AND places.place_id = touchpoints.subject_id
WHERE :kind IS NULL OR touchpoints.kind = :kind
