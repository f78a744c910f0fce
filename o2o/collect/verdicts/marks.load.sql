-- The touchpoints of :codes (JSON), each with its periods in the order of time.
SELECT
    touchpoints.code,
    touchpoints.id,
    touchpoints.retired_at,
    touchpoints.carrier,
    period.valid_from,
    period.valid_to,
    period.store_id,
    period.placed_at
FROM touchpoints
LEFT JOIN touchpoint_periods AS period ON period.touchpoint_id = touchpoints.id
WHERE touchpoints.code IN (SELECT value FROM json_each(:codes))
ORDER BY touchpoints.id, period.valid_from
