-- Each touchpoint as it stands at :now, with the narrowest destination there is for it.
SELECT
    touchpoints.code,
    touchpoints.kind,
    period.subject_id,
    period.store_id,
    period.campaign_id,
    period.carrier,
    period.label,
    touchpoints.retired_at,
    coalesce(own.url, of_kind.url, common.url) AS url
FROM touchpoints
JOIN touchpoint_periods AS period
    ON period.touchpoint_id = touchpoints.id
    AND period.valid_from <= :now
    AND (period.valid_to IS NULL OR period.valid_to > :now)
LEFT JOIN destinations AS own ON own.scope = 'code' AND own.key = touchpoints.code
LEFT JOIN destinations AS of_kind ON of_kind.scope = 'kind' AND of_kind.key = touchpoints.kind
LEFT JOIN destinations AS common ON common.scope = 'default' AND common.key = ''
