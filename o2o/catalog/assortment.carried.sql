-- The spots of what the store :store_id carries at :at.
SELECT sku, label, aisle, bay, shelf, position, valid_from
FROM assortment
WHERE store_id = :store_id AND valid_from <= :at AND (valid_to IS NULL OR valid_to > :at)
