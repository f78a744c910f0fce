-- Prices of the chain that were imported since :base and hold at :at, but not in store :store_id, which has others of
-- its own: for how many products in the queue, and the first of them.
SELECT count(DISTINCT queue.sku) AS products, min(queue.sku) AS first
FROM (
    -- include queue: printing/selection/queue.marks
) AS queue
CROSS JOIN prices ON prices.sku = queue.sku AND prices.store_id = '' AND prices.price IS NOT NULL
JOIN imports ON imports.id = prices.import_id AND imports.imported_at > :base
JOIN assortment AS own ON own.store_id = :store_id AND own.sku = queue.sku AND own.price <> prices.price
WHERE EXISTS (SELECT 1 FROM imports WHERE imported_at > :base)
    AND prices.valid_from <= :at AND (prices.valid_to IS NULL OR prices.valid_to > :at)
    AND own.valid_from <= :at AND (own.valid_to IS NULL OR own.valid_to > :at)
