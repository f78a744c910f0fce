-- In which aisle each mark of the queue lies, in their order there.
SELECT coalesce(spot.aisle, '') AS aisle
FROM (
    -- include queue: printing/selection/queue.marks
) AS queue
LEFT JOIN assortment AS spot
    ON spot.store_id = :store_id AND spot.sku = queue.sku
    AND spot.label = queue.spot AND spot.valid_from = queue.spot_from
