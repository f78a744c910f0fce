-- All that a print may show of marks in the queue, in their order there.
SELECT
    mark.id AS touchpoint_id, mark.kind, mark.code, mark.subject_id AS id, mark.carrier, mark.label,
    coalesce(product.name, stay.name, person.name, place.name) AS name,
    store.store_id, store.name AS store, store.city,
    mark.campaign_id, campaign.name AS campaign,
    product.sku, product.gtin, product.pack_quantity, product.spec, product.unit, product.origin, product.category,
    product.net_content, product.net_unit,
    spot.aisle, spot.bay, spot.shelf, spot.position AS slot, aisles.name AS aisle_name,
    person.person_id, iif(mark.kind = 'person', coalesce(stay.role, person.role), NULL) AS role,
    place.place_id, iif(mark.kind = 'place', coalesce(stay.zone, place.zone), NULL) AS zone,
    product.extra AS product_extra, person.extra AS person_extra, place.extra AS place_extra,
    store.extra AS store_extra, campaign.extra AS campaign_extra
FROM (
    -- include queue: printing/selection/queue.marks
) AS queue
CROSS JOIN touchpoints AS mark ON mark.id = queue.touchpoint_id
LEFT JOIN products AS product ON product.sku = queue.sku
LEFT JOIN people AS person ON mark.kind = 'person' AND person.person_id = mark.subject_id
LEFT JOIN places AS place ON mark.kind = 'place' AND place.place_id = mark.subject_id
LEFT JOIN assignments AS stay
    ON stay.kind = mark.kind AND stay.subject_id = mark.subject_id AND stay.valid_from = queue.stay_from
LEFT JOIN stores AS store ON store.store_id = coalesce(mark.store_id, :store_id)
LEFT JOIN campaigns AS campaign ON campaign.campaign_id = mark.campaign_id
LEFT JOIN assortment AS spot
    ON spot.store_id = :store_id AND spot.sku = queue.sku
    AND spot.label = queue.spot AND spot.valid_from = queue.spot_from
LEFT JOIN aisles ON aisles.store_id = :store_id AND aisles.aisle = spot.aisle
