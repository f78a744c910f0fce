-- The dated rows of what a store carries.
SELECT sku, valid_from, price, member_price, aisle, bay, shelf
FROM assortment
WHERE store_id = :store_id
