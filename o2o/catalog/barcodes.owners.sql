-- Whose barcodes some numbers are (:numbers: JSON list), a product in use last.
SELECT barcodes.number, barcodes.sku
FROM json_each(:numbers) AS wanted
JOIN barcodes ON barcodes.number = wanted.value
JOIN products USING (sku)
ORDER BY products.retired_at IS NULL
