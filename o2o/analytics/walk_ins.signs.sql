-- The touchpoints of products: what each stood for, and the number of its pair of a store and a product.
SELECT
    period.touchpoint_id,
    period.valid_from,
    period.valid_to,
    coalesce(period.store_id, '') AS store_id,
    period.subject_id AS sku,
    coalesce(stores.timezone, '') AS zone,
    dense_rank() OVER (ORDER BY coalesce(period.store_id, ''), period.subject_id) AS pair
FROM touchpoint_periods AS period
JOIN touchpoints ON touchpoints.id = period.touchpoint_id
LEFT JOIN stores ON stores.store_id = period.store_id
WHERE touchpoints.kind = 'product'
