-- The tag last printed for each mark in the queue, by one of its cells, with the code if any has it; or nothing.
-- gone: the store carries other products, and this one no longer.
SELECT
    queue.touchpoint_id, :assorted AND queue.spot IS NULL AS gone, last.job_id, cell.template, cell.url, cell.face
FROM (
    -- include queue: printing/selection/queue.marks
) AS queue
CROSS JOIN touchpoints AS mark ON mark.id = queue.touchpoint_id
LEFT JOIN (
    -- include last: printing/jobs/comparison.last
) AS last
    ON last.subject_id = mark.subject_id AND last.label = mark.label
    AND last.campaign_id = coalesce(mark.campaign_id, '')
LEFT JOIN print_cells AS cell
    ON cell.job_id = last.job_id AND cell.page = last.page AND cell.cell = last.cell
