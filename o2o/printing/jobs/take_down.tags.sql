-- Tags that hang in a store though their product, or its spot, is gone: what was printed, unless marks in the queue,
-- of what the store still carries, take its place. Those that were on a list up to :base are left out.
SELECT
    last.touchpoint_id, last.subject_id AS sku, product.name, job.day, job.file_name, min(cell.page) AS page,
    spot.aisle, spot.bay, spot.shelf, spot.position,
    iif(product.retired_at IS NULL, 'no longer carried here', 'retired') AS reason
FROM (
    -- include last: printing/jobs/comparison.last
) AS last
JOIN products AS product ON product.sku = last.subject_id
JOIN print_jobs AS job ON job.id = last.job_id
JOIN print_cells AS cell ON cell.touchpoint_id = last.touchpoint_id AND cell.job_id = last.job_id
LEFT JOIN take_downs AS listed ON listed.store_id = :store_id AND listed.touchpoint_id = last.touchpoint_id
LEFT JOIN assortment AS spot
    ON spot.store_id = :store_id AND spot.sku = last.subject_id AND spot.label = last.label
    AND spot.valid_from = (
        SELECT max(valid_from) FROM assortment
        WHERE store_id = :store_id AND sku = last.subject_id AND label = last.label
    )
WHERE (last.subject_id, last.label, last.campaign_id) NOT IN (
    SELECT mark.subject_id, mark.label, coalesce(mark.campaign_id, '')
    FROM (
        -- include queue: printing/selection/queue.marks
    ) AS queue
    JOIN touchpoints AS mark ON mark.id = queue.touchpoint_id
    WHERE queue.spot IS NOT NULL OR NOT :assorted
) AND (listed.listed_at IS NULL OR listed.listed_at < job.printed_at OR listed.listed_at > :base)
GROUP BY last.touchpoint_id
