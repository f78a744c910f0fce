-- The touchpoints of these :ids as they stand at :now, and whether they stand for anything.
SELECT
    touchpoints.code,
    touchpoints.kind,
    period.subject_id,
    period.store_id,
    period.campaign_id,
    period.carrier,
    period.label,
    touchpoints.retired_at,
    period.touchpoint_id IS NOT NULL AS is_current
FROM json_each(:ids) AS changed
JOIN touchpoints ON touchpoints.id = changed.value
LEFT JOIN touchpoint_periods AS period
    ON period.touchpoint_id = touchpoints.id
    AND period.valid_from <= :now
    AND (period.valid_to IS NULL OR period.valid_to > :now)
