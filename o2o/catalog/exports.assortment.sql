-- What stores in use carry of products in use; a row for each time in which it was the same, with its end where
-- nothing follows at once.
SELECT store_id, sku, price, member_price, aisle, bay, shelf, valid_from, position, label,
    nullif(valid_to, lead(valid_from) OVER (PARTITION BY store_id, sku, label ORDER BY valid_from)) AS "to",
    NULL AS retired_at
FROM assortment
WHERE :retired OR (
    store_id NOT IN (SELECT store_id FROM stores WHERE retired_at <= :at)
    AND sku NOT IN (SELECT sku FROM products WHERE retired_at <= :at)
)
ORDER BY store_id, sku, label, valid_from
