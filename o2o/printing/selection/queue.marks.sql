-- Live touchpoints as they are printed, and the position that holds at :at.
-- With a store: its own, and for products chain-wide ones of what it carries and has none of its own for.
-- Without one: people and places of any store, and chain-wide products.
-- A place shows the product :sku, if one is named.
-- A product's mark lies in the spot of its label or else, unless that one has ended, in the product's first.
-- there: 0 for who or what has left or is retired, in a store that is kept.
-- turn, way_1 to way_4: what sorts them as one walks by.
WITH carried AS NOT MATERIALIZED (
    -- include carried: catalog/assortment.carried
),
candidates AS (
    SELECT * FROM touchpoints
    WHERE (retired_at IS NULL OR retired_at > max(:at, :now)) AND kind = :kind
        AND (:carrier IS NULL OR carrier = :carrier)
        AND (:campaign_id IS NULL OR campaign_id = :campaign_id)
        AND (:ids IS NULL OR subject_id IN (SELECT value FROM json_each(:ids)))
        AND (:categories = '[]' OR subject_id IN (
            -- include within: printing/selection/search.within
        ))
),
own AS (
    SELECT subject_id, carrier FROM candidates WHERE store_id = :store_id
),
marks AS (
    SELECT * FROM candidates
    WHERE store_id = :store_id OR (:store_id IS NULL AND (kind <> 'product' OR store_id IS NULL))
    UNION ALL
    SELECT * FROM candidates
    WHERE :store_id IS NOT NULL AND store_id IS NULL AND kind = 'product'
        AND (subject_id, carrier) NOT IN (SELECT subject_id, carrier FROM own)
        AND (:ids IS NOT NULL OR subject_id IN (SELECT sku FROM carried) OR NOT EXISTS (SELECT 1 FROM carried))
)
SELECT
    marks.id AS touchpoint_id, marks.subject_id, marks.carrier, product.sku, stay.valid_from AS stay_from,
    spot.label AS spot, spot.valid_from AS spot_from,
    marks.store_id IS NULL AS chain_wide,
    coalesce(campaign.ends_at <= :at, 0) AS over,
    marks.kind <> 'product' AND iif(
        stay.kind IS NULL, coalesce(person.store_id, place.store_id), stay.store_id
    ) IS NOT coalesce(marks.store_id, :store_id) AS elsewhere,
    coalesce(product.retired_at, person.retired_at, place.retired_at, max(:at, :now) + 1) > max(:at, :now)
    AND coalesce(store.retired_at, max(:at, :now) + 1) > max(:at, :now)
    AND (stay.kind IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM assignments AS other WHERE other.kind = marks.kind AND other.subject_id = marks.subject_id
    )) AS there,
    iif(marks.kind = 'place', place.walk_order, aisles.walk_order) AS turn,
    iif(marks.kind = 'place', instr(:carriers, ',' || marks.carrier || ','), spot.aisle) AS way_1,
    iif(marks.kind = 'place', coalesce(stay.zone, place.zone), spot.bay) AS way_2,
    spot.shelf AS way_3, spot.position AS way_4
FROM marks
LEFT JOIN products AS product
    ON product.sku = CASE WHEN marks.kind = 'product' THEN marks.subject_id ELSE :sku END
LEFT JOIN people AS person ON marks.kind = 'person' AND person.person_id = marks.subject_id
LEFT JOIN places AS place ON marks.kind = 'place' AND place.place_id = marks.subject_id
LEFT JOIN assignments AS stay
    ON stay.kind = marks.kind AND stay.subject_id = marks.subject_id
    AND stay.valid_from <= :at AND (stay.valid_to IS NULL OR stay.valid_to > :at)
LEFT JOIN stores AS store ON store.store_id = coalesce(marks.store_id, :store_id)
LEFT JOIN campaigns AS campaign ON campaign.campaign_id = marks.campaign_id
LEFT JOIN carried AS spot ON spot.sku = product.sku AND spot.label = (
    SELECT coalesce(max(label) FILTER (WHERE label = marks.label), min(label)) FROM carried WHERE sku = product.sku
)
LEFT JOIN aisles ON aisles.store_id = :store_id AND aisles.aisle = spot.aisle
WHERE coalesce(spot.label, marks.label) = marks.label OR NOT EXISTS (
    SELECT 1 FROM assortment AS ended
    WHERE marks.kind = 'product' AND ended.store_id = :store_id AND ended.sku = product.sku
        AND ended.label = marks.label AND ended.label <> ''
)
