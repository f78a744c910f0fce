-- What stores in use carry of products in use; a row for each time in which it was the same.
SELECT store_id, sku, price, member_price, aisle, bay, shelf, valid_from, position, label, NULL AS retired_at
FROM assortment
WHERE :retired OR (
    store_id NOT IN (SELECT store_id FROM stores WHERE retired_at <= :at)
    AND sku NOT IN (SELECT sku FROM products WHERE retired_at <= :at)
)
ORDER BY store_id, sku, label, valid_from
