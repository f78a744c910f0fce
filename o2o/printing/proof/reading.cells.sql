-- What a job printed into each cell of one page.
SELECT
    cell.cell, touchpoint.code, cell.url, cell.ean, cell.texts, cell.template,
    cell.x, cell.y, cell.width, cell.height
FROM print_cells AS cell
JOIN touchpoints AS touchpoint ON touchpoint.id = cell.touchpoint_id
WHERE cell.job_id = :job_id AND cell.page = :page
ORDER BY cell.cell
