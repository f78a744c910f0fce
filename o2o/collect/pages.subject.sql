-- What the page of a code shows at :now; a store's own price comes before the product's.
SELECT
    touchpoints.kind,
    period.subject_id,
    period.carrier,
    coalesce(products.name, people.name, places.name, period.subject_id) AS name,
    coalesce(shelf.price, products.price) AS price,
    coalesce(shelf.member_price, iif(shelf.price IS NULL, products.member_price, NULL)) AS member_price,
    products.spec,
    products.unit,
    products.origin,
    people.role,
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
LEFT JOIN assortment AS shelf
    ON shelf.store_id = period.store_id
    AND shelf.sku = products.sku
    AND shelf.valid_from <= :now
    AND (shelf.valid_to IS NULL OR shelf.valid_to > :now)
WHERE touchpoints.code = :code
    AND (touchpoints.retired_at IS NULL OR touchpoints.retired_at > :now)
