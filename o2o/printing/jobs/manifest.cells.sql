-- What the cells of a job show; with :pages or :ids (JSON lists) those of these pages and subjects only.
SELECT page, cell, touchpoint_id, template, url, ean, texts, x, y, width, height, face
FROM print_cells
JOIN touchpoints AS mark ON mark.id = touchpoint_id
WHERE job_id = :job_id
    AND (:pages IS NULL OR page IN (SELECT value FROM json_each(:pages)))
    AND (:ids IS NULL OR mark.subject_id IN (SELECT value FROM json_each(:ids)))
