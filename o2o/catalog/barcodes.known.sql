-- The rows of barcodes: those of products of a JSON array of ids, or all for null.
SELECT sku, barcode, number, position, pack_quantity, form
FROM barcodes
WHERE :skus = 'null' OR sku IN (SELECT value FROM json_each(:skus))
