-- What products say of their barcodes: those of a JSON array of ids, or all for null.
SELECT sku, gtin, pack_quantity
FROM products
WHERE :skus = 'null' OR sku IN (SELECT value FROM json_each(:skus))
