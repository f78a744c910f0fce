-- What was last printed for marks in the queue: a row for each different cell, or one without a job for a new tag.
-- gone: the store carries other products, and this one no longer.
SELECT DISTINCT
    queue.touchpoint_id, :assorted AND queue.spot IS NULL AS gone,
    last.job_id, coalesce(json_extract(job.options, '$.choice.words.date'), job.day) AS day,
    cell.template, cell.url, cell.ean, cell.texts, cell.face
FROM (
    -- include queue: printing/selection/queue.marks
) AS queue
CROSS JOIN touchpoints AS mark ON mark.id = queue.touchpoint_id
LEFT JOIN (
    -- include last: printing/jobs/comparison.last
) AS last
    ON last.subject_id = mark.subject_id AND last.label = mark.label
    AND last.campaign_id = coalesce(mark.campaign_id, '')
LEFT JOIN print_jobs AS job ON job.id = last.job_id
LEFT JOIN print_cells AS cell ON cell.touchpoint_id = last.touchpoint_id AND cell.job_id = last.job_id
