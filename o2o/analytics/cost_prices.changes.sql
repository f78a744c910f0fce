-- What products cost before each import that changed anything of them, and what they cost now.
SELECT
    before ->> '$.sku' AS sku,
    imports.imported_at,
    CAST(before ->> '$.cost_price' AS INTEGER) AS cost,
    products.cost_price AS now
FROM catalog_changes
JOIN imports ON imports.id = catalog_changes.import_id
JOIN products ON products.sku = before ->> '$.sku'
WHERE catalog_changes.kind = 'products'
ORDER BY 1, 2, catalog_changes.import_id
