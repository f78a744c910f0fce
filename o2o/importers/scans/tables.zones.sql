-- Since when a code was in a store of which time zone, the latest first.
SELECT period.valid_from, coalesce(stores.timezone, '') AS timezone
FROM touchpoints
JOIN touchpoint_periods AS period ON period.touchpoint_id = touchpoints.id
LEFT JOIN stores ON stores.store_id = period.store_id
WHERE touchpoints.code = :code
ORDER BY period.valid_from DESC
