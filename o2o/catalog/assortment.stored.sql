-- The dated rows of what a store carries, in which spots.
SELECT sku, label, valid_from, valid_to, price, member_price, aisle, bay, shelf, position
FROM assortment
WHERE store_id = :store_id
ORDER BY sku, label, valid_from
