-- The tag last printed for each product of a store, spot and campaign: its touchpoint, the job that printed it, and
-- one of its cells, with its code if any has it.
SELECT mark.subject_id, mark.label, coalesce(mark.campaign_id, '') AS campaign_id, cell.touchpoint_id,
    max(2 * cell.job_id + (cell.url <> '')) / 2 AS job_id, cell.page, cell.cell
FROM print_jobs AS job
JOIN print_cells AS cell ON cell.job_id = job.id
JOIN touchpoints AS mark ON mark.id = cell.touchpoint_id
WHERE job.store_id = :store_id AND NOT job.sample AND job.command LIKE 'tags %'
    AND mark.kind = 'product' AND mark.carrier = :carrier
    AND coalesce(json_extract(job.options, '$.choice.lot', '$.choice.serial'), '[null,null]') = '[null,null]'
GROUP BY mark.subject_id, mark.label, coalesce(mark.campaign_id, '')
