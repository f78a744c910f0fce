-- What the page of a code shows at :now, but for the price.
SELECT
    touchpoints.kind,
    period.subject_id,
    period.store_id,
    period.carrier,
    coalesce(products.name, people.name, places.name, period.subject_id) AS name,
    products.spec,
    products.unit,
    products.origin,
    people.role,
    coalesce(products.extra, people.extra, places.extra, '{}') AS extra,
    stores.name AS store,
    stores.timezone
FROM touchpoints
JOIN touchpoint_periods AS period
    ON period.touchpoint_id = touchpoints.id
    AND period.valid_from <= :now
    AND (period.valid_to IS NULL OR period.valid_to > :now)
LEFT JOIN products ON touchpoints.kind = 'product' AND products.sku = period.subject_id
LEFT JOIN people ON touchpoints.kind = 'person' AND people.person_id = period.subject_id
LEFT JOIN places ON touchpoints.kind = 'place' AND places.place_id = period.subject_id
LEFT JOIN stores ON stores.store_id = period.store_id
WHERE touchpoints.code = :code
    AND (touchpoints.retired_at IS NULL OR touchpoints.retired_at > :now)
