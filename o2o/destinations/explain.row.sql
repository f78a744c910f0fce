-- A touchpoint as it stood at :at, as Map.find_site takes it.
SELECT
    touchpoints.code,
    touchpoints.kind,
    period.subject_id,
    period.store_id,
    period.campaign_id,
    period.carrier,
    period.label
FROM touchpoints
JOIN touchpoint_periods AS period
    ON period.touchpoint_id = touchpoints.id
    AND period.valid_from <= :at
    AND (period.valid_to IS NULL OR period.valid_to > :at)
WHERE touchpoints.code = :code
