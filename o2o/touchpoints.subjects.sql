-- The subjects that a minting asks for, and whether a live touchpoint alike is there already.
WITH present AS (
    -- include present: catalog/assignments.present
),
carried AS (
    -- include carried: catalog/assortment.carried
),
subjects AS (
    SELECT 1 AS position, 'person' AS kind, subject_id, store_id, :person_carrier AS carrier, :label AS label, leaves_at
    FROM present
    WHERE kind = 'person' AND (:store_id IS NULL OR store_id = :store_id)
    UNION ALL
    -- a product in several spots of a store has a mark in each
    SELECT DISTINCT
        2, 'product', carried.sku, :store_id, :product_carrier, iif(:label = '', carried.label, :label), NULL
    FROM carried
    JOIN products USING (sku)
    WHERE retired_at IS NULL OR retired_at > :now
    UNION ALL
    SELECT 2, 'product', sku, :store_id, :product_carrier, :label, NULL
    FROM products
    WHERE (retired_at IS NULL OR retired_at > :now)
        AND (:store_id IS NULL OR (:all_products AND sku NOT IN (SELECT sku FROM carried)))
    UNION ALL
    SELECT 3, 'place', present.subject_id, present.store_id, places.carrier, :label, NULL
    FROM present
    JOIN places ON places.place_id = present.subject_id
    WHERE present.kind = 'place' AND (:store_id IS NULL OR present.store_id = :store_id)
),
wanted AS (
    SELECT position, kind, subject_id, store_id, coalesce(:carrier, carrier) AS carrier, label, leaves_at
    FROM subjects
    WHERE (:kind IS NULL OR kind = :kind)
        AND (:subject_ids = '[]' OR subject_id IN (SELECT value FROM json_each(:subject_ids)))
)
SELECT kind, subject_id, store_id, carrier, label, leaves_at, EXISTS (
    SELECT 1 FROM touchpoints AS t
    WHERE t.kind = wanted.kind AND t.subject_id = wanted.subject_id
        AND coalesce(t.store_id, '') = coalesce(wanted.store_id, '')
        AND coalesce(t.campaign_id, '') = coalesce(:campaign_id, '')
        AND t.carrier = wanted.carrier AND t.label = wanted.label AND t.retired_at IS NULL
) OR EXISTS (
    SELECT 1 FROM touchpoints AS t
    WHERE t.kind = wanted.kind AND t.subject_id = wanted.subject_id
        AND coalesce(t.store_id, '') = coalesce(wanted.store_id, '')
        AND coalesce(t.campaign_id, '') = coalesce(:campaign_id, '')
        AND t.carrier = wanted.carrier AND t.label = wanted.label AND t.retired_at > :now
) AS marked
FROM wanted
ORDER BY position, store_id, subject_id, label
