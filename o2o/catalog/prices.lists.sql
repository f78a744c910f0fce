-- What price lists say of some products.
SELECT prices.sku, store_id, valid_from, source, price, member_price, promo_price, valid_to
FROM json_each(:skus)
JOIN prices ON prices.sku = value
WHERE source = 'list'
