-- Who or what of a store has no live touchpoint there: people, places, and products that it carries.
WITH subjects AS (
    SELECT kind, subject_id AS id, name
    FROM (
        -- include present: catalog/assignments.present
    )
    WHERE store_id = :store_id
    UNION ALL
    SELECT 'product', products.sku, products.name
    FROM assortment
    JOIN products USING (sku)
    WHERE store_id = :store_id AND valid_from <= :at AND (valid_to IS NULL OR valid_to > :at)
        AND coalesce(products.retired_at, max(:at, :now) + 1) > max(:at, :now)
)
SELECT id, name FROM subjects
WHERE kind = :kind AND NOT EXISTS (
    SELECT 1 FROM touchpoints AS mark
    WHERE mark.kind = subjects.kind AND mark.subject_id = subjects.id AND mark.retired_at IS NULL
        AND (mark.store_id = :store_id OR mark.store_id IS NULL AND mark.kind = 'product')
) AND NOT EXISTS (
    SELECT 1 FROM touchpoints AS mark
    WHERE mark.kind = subjects.kind AND mark.subject_id = subjects.id AND mark.retired_at > max(:at, :now)
        AND (mark.store_id = :store_id OR mark.store_id IS NULL AND mark.kind = 'product')
)
ORDER BY id
