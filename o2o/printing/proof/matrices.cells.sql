-- The codes of a job, in the order of its pages.
SELECT cell.page, cell.cell, touchpoint.code, cell.url, cell.template
FROM print_cells AS cell
JOIN touchpoints AS touchpoint ON touchpoint.id = cell.touchpoint_id
WHERE cell.job_id = :job_id AND cell.url <> ''
ORDER BY cell.page, cell.cell
