-- The names of what is in use at :now, as they are printed, with the carrier of places.
SELECT 'stores' AS kind, store_id AS id, name, '' AS carrier
FROM stores
WHERE (retired_at IS NULL OR retired_at > :now) AND (:store_id IS NULL OR store_id = :store_id)
UNION ALL
SELECT 'products', sku, name, 'shelf_tag'
FROM products
WHERE (retired_at IS NULL OR retired_at > :now) AND (:store_id IS NULL OR sku IN (
    SELECT sku FROM assortment
    WHERE store_id = :store_id AND valid_from <= :now AND (valid_to IS NULL OR valid_to > :now)
))
UNION ALL
SELECT 'people', person_id, name, 'badge'
FROM people
WHERE (retired_at IS NULL OR retired_at > :now) AND (:store_id IS NULL OR store_id = :store_id)
UNION ALL
SELECT 'places', place_id, name, carrier
FROM places
WHERE (retired_at IS NULL OR retired_at > :now) AND (:store_id IS NULL OR store_id = :store_id)
