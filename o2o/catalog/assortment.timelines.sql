-- The dated rows of what a store carries.
SELECT sku, label, valid_from, price, member_price, aisle, bay, shelf, position
FROM assortment
WHERE store_id = :store_id
