-- The ids of rows of a table (:kind) that codes, orders or prints name.
WITH ids AS (SELECT value AS id FROM json_each(:ids)),
named AS (
    SELECT 'stores' AS kind, store_id AS id FROM touchpoint_periods
    UNION ALL
    SELECT 'campaigns', campaign_id FROM touchpoint_periods
    UNION ALL
    SELECT CASE t.kind WHEN 'person' THEN 'people' WHEN 'product' THEN 'products' ELSE 'places' END, period.subject_id
    FROM touchpoint_periods AS period
    JOIN touchpoints AS t ON t.id = period.touchpoint_id
    UNION ALL
    SELECT 'stores', store_id FROM orders
    UNION ALL
    SELECT 'stores', store_id FROM redemptions
    UNION ALL
    SELECT 'products', sku FROM order_lines
    UNION ALL
    SELECT 'stores', store_id FROM print_jobs
    UNION ALL
    SELECT 'stores', store_id FROM take_downs
)
SELECT DISTINCT id FROM named
WHERE kind = :kind AND id IN (SELECT id FROM ids)
