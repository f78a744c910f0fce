-- Former costs of products where none are known.
SELECT '' AS sku, 0 AS since, 0 AS until, 0 AS cost WHERE 1 = 0
