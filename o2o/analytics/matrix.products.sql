-- Which products, or (:row) departments, were scanned in each visit, each once.
SELECT DISTINCT keyed.conversion, CASE :row WHEN 'department' THEN products.category ELSE keyed.key END AS item
FROM (
    -- include keyed_products: attribution/journeys.keyed
) AS keyed
LEFT JOIN products ON products.sku = keyed.key
WHERE keyed.key <> :other
    AND coalesce(CASE :row WHEN 'department' THEN products.category ELSE keyed.key END, '') <> ''
