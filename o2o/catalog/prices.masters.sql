-- The products that an import wrote with other prices than the master had said last, and what that was (price NULL
-- and member_price NULL: nothing any more).
SELECT
    products.sku, products.price, products.member_price,
    max(said.valid_from) AS valid_from, said.valid_to,
    iif(said.valid_to IS NULL, said.price, NULL) AS said_price,
    iif(said.valid_to IS NULL, said.member_price, NULL) AS said_member_price
FROM products
JOIN prices AS said ON said.sku = products.sku AND said.store_id = '' AND said.source = 'master'
WHERE products.import_id = :import_id
GROUP BY products.sku
HAVING products.price IS NOT said_price OR products.member_price IS NOT said_member_price
