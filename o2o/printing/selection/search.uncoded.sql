-- Who or what of a store has no live touchpoint there: people, places, and spots of products that it carries.
-- The only or first spot of a product needs no mark of its own label.
WITH carried AS (
    -- include carried: catalog/assortment.carried
),
subjects AS (
    SELECT kind, subject_id AS id, name, NULL AS label
    FROM (
        -- include present: catalog/assignments.present
    )
    WHERE store_id = :store_id
    UNION ALL
    SELECT 'product', sku, products.name, nullif(label, min(label) OVER (PARTITION BY sku))
    FROM carried
    JOIN products USING (sku)
    WHERE coalesce(products.retired_at, max(:at, :now) + 1) > max(:at, :now)
)
SELECT id, name FROM subjects
WHERE kind = :kind AND NOT EXISTS (
    SELECT 1 FROM touchpoints AS mark
    WHERE mark.kind = subjects.kind AND mark.subject_id = subjects.id AND mark.retired_at IS NULL
        AND (mark.store_id = :store_id OR mark.store_id IS NULL AND mark.kind = 'product')
        AND mark.label = coalesce(subjects.label, mark.label)
) AND NOT EXISTS (
    SELECT 1 FROM touchpoints AS mark
    WHERE mark.kind = subjects.kind AND mark.subject_id = subjects.id AND mark.retired_at > max(:at, :now)
        AND (mark.store_id = :store_id OR mark.store_id IS NULL AND mark.kind = 'product')
        AND mark.label = coalesce(subjects.label, mark.label)
)
ORDER BY id
