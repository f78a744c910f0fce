-- Touches that are no older than the window of their kind.
SELECT touches.conversion, touches.scan, touches.scanned_at, touches.touchpoint_id
FROM (
    -- include touches: attribution/journeys.touches
) AS touches
JOIN (
    -- include identities: attribution/journeys.identities
) AS identities ON identities.conversion = touches.conversion
JOIN touchpoints ON touchpoints.id = touches.touchpoint_id
WHERE identities.at - touches.scanned_at <= CASE touchpoints.kind
    WHEN 'person' THEN :person_window
    WHEN 'product' THEN :product_window
    ELSE :place_window
END
