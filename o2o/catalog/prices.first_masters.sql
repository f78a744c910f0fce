-- What the master says first of a product's prices, in the products that an import wrote: so it was since ever.
INSERT INTO prices (sku, store_id, valid_from, source, price, member_price, import_id)
SELECT sku, '', 0, 'master', price, member_price, import_id
FROM products
WHERE import_id = :import_id
    AND (price IS NOT NULL OR member_price IS NOT NULL)
    AND NOT EXISTS (
        SELECT 1 FROM prices AS said
        WHERE said.sku = products.sku AND said.store_id = '' AND said.source = 'master'
    )
ORDER BY sku
