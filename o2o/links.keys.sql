-- What a GS1 key of each touchpoint may be made of.
SELECT
    mark.code, product.gtin, product.pack_quantity, campaign.gcn, person.gsrn,
    place.place_id, place.giai, place.gln, store.gln AS store_gln
FROM json_each(:codes) AS wanted
JOIN touchpoints AS mark ON mark.code = wanted.value
LEFT JOIN products AS product ON mark.kind = 'product' AND product.sku = mark.subject_id
LEFT JOIN people AS person ON mark.kind = 'person' AND person.person_id = mark.subject_id
LEFT JOIN places AS place ON mark.kind = 'place' AND place.place_id = mark.subject_id
LEFT JOIN stores AS store ON store.store_id = iif(mark.kind = 'place', coalesce(mark.store_id, place.store_id), NULL)
LEFT JOIN campaigns AS campaign ON campaign.campaign_id = mark.campaign_id
