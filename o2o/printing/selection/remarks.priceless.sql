-- Which marks in the queue have no price that surely holds at :at; no clock is two days from another.
SELECT queue.sku, coalesce(mark.store_id, :store_id, '') AS store_id
FROM (
    -- include queue: printing/selection/queue.marks
) AS queue
JOIN touchpoints AS mark ON mark.id = queue.touchpoint_id
WHERE NOT EXISTS (
    SELECT 1 FROM assortment
    WHERE assortment.store_id = coalesce(mark.store_id, :store_id) AND assortment.sku = queue.sku
        AND price IS NOT NULL AND valid_from <= :at AND (valid_to IS NULL OR valid_to > :at)
) AND NOT EXISTS (
    SELECT 1 FROM prices
    WHERE prices.sku = queue.sku AND prices.store_id IN ('', coalesce(mark.store_id, :store_id))
        AND price IS NOT NULL
        AND valid_from <= :at - 172800000 AND (valid_to IS NULL OR valid_to > :at + 172800000)
)
