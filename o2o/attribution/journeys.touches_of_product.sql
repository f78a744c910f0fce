-- Touches of the product that was bought.
SELECT touches.conversion, touches.scan, touches.scanned_at, touches.touchpoint_id
FROM (
    -- include touches: attribution/journeys.touches
) AS touches
JOIN (
    -- include identities: attribution/journeys.identities
) AS identities ON identities.conversion = touches.conversion
JOIN touchpoints ON touchpoints.id = touches.touchpoint_id
JOIN touchpoint_periods AS period
    ON period.touchpoint_id = touches.touchpoint_id
    AND period.valid_from <= touches.scanned_at
    AND (period.valid_to IS NULL OR period.valid_to > touches.scanned_at)
WHERE touchpoints.kind = 'product' AND period.subject_id = identities.sku
