-- The stays of people or of places in their order, and when the import was that wrote each.
WITH stays AS (
    -- include stays: catalog/assignments.stays
)
SELECT subject_id, valid_from, valid_to, coalesce(imports.imported_at, 0) AS written_at, store_id, name, detail
FROM stays
LEFT JOIN imports ON imports.id = stays.import_id
WHERE stays.kind = :kind
ORDER BY subject_id, valid_from
