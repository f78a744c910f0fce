-- Each touchpoint as it stands at :now.
SELECT
    touchpoints.code,
    touchpoints.kind,
    period.subject_id,
    period.store_id,
    period.campaign_id,
    period.carrier,
    period.label,
    touchpoints.retired_at
FROM touchpoints
JOIN touchpoint_periods AS period
    ON period.touchpoint_id = touchpoints.id
    AND period.valid_from <= :now
    AND (period.valid_to IS NULL OR period.valid_to > :now)
