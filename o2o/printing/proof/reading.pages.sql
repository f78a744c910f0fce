-- The pages of a job that carry codes read from one sheet, those with most of them first.
SELECT cell.page
FROM json_each(:codes) AS code
JOIN touchpoints AS touchpoint ON touchpoint.code = code.value
JOIN print_cells AS cell ON cell.touchpoint_id = touchpoint.id AND cell.job_id = :job_id
GROUP BY cell.page
ORDER BY count(DISTINCT touchpoint.id) DESC, cell.page <> :expected, cell.page
