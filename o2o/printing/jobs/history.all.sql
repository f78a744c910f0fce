-- Print jobs, the last first: of a store or one alone, if it is named.
SELECT
    id AS job_id, printed_at,
    iif(instr(command, ' ') > 0, substr(command, 1, instr(command, ' ') - 1), command) AS what,
    coalesce(store_id, '') AS store_id, day, template, file_name AS file, pages, sample, options,
    (SELECT count(*) FROM print_cells WHERE job_id = print_jobs.id) AS cells
FROM print_jobs
WHERE (:store_id IS NULL OR store_id = :store_id) AND (:job_id IS NULL OR id = :job_id)
ORDER BY id DESC
