-- The dated rows of the assortment of some stores.
SELECT store_id, sku, valid_from, price, member_price, aisle, bay, shelf
FROM assortment
WHERE store_id IN (SELECT value FROM json_each(:store_ids))
