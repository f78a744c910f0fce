-- What lies in each cell of a job, or of one page of it.
SELECT
    cell.page, cell.cell, mark.kind, mark.subject_id,
    coalesce(product.name, person.name, place.name, '') AS name, cell.template, mark.code
FROM print_cells AS cell
JOIN touchpoints AS mark ON mark.id = cell.touchpoint_id
LEFT JOIN products AS product ON mark.kind = 'product' AND product.sku = mark.subject_id
LEFT JOIN people AS person ON mark.kind = 'person' AND person.person_id = mark.subject_id
LEFT JOIN places AS place ON mark.kind = 'place' AND place.place_id = mark.subject_id
WHERE cell.job_id = :job_id AND (:page IS NULL OR cell.page = :page)
ORDER BY cell.page, cell.cell
