-- Journeys with the key that each touch is reported under: what its touchpoint stood for at the time.
WITH placed AS (
    -- include placed: attribution/journeys.placed
)
SELECT
    placed.conversion,
    placed.scan,
    placed.scanned_at,
    touchpoints.kind,
    placed.position,
    placed.length,
    placed.older,
    coalesce(CASE :by
        WHEN 'store' THEN period.store_id
        WHEN 'city' THEN nullif(stores.city, '')
        WHEN 'campaign' THEN period.campaign_id
        WHEN 'carrier' THEN period.carrier
        WHEN touchpoints.kind THEN period.subject_id
    END, :other) AS key
FROM placed
LEFT JOIN touchpoints ON touchpoints.id = placed.touchpoint_id
LEFT JOIN touchpoint_periods AS period
    ON period.touchpoint_id = placed.touchpoint_id
    AND period.valid_from <= placed.scanned_at
    AND (period.valid_to IS NULL OR period.valid_to > placed.scanned_at)
LEFT JOIN stores ON stores.store_id = period.store_id
