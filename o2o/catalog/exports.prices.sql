-- Price lists; what the master says stands with the products.
SELECT sku, store_id, price, member_price, promo_price, valid_from AS "from", valid_to AS "to", NULL AS retired_at
FROM prices
WHERE source = 'list' AND (:retired OR (
    store_id NOT IN (SELECT store_id FROM stores WHERE retired_at <= :at)
    AND sku NOT IN (SELECT sku FROM products WHERE retired_at <= :at)
))
ORDER BY sku, store_id, valid_from
