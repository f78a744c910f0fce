-- Scans before conversions that came after the period: how old they were, and when it was.
SELECT touches.scan, identities.at - touches.scanned_at AS age, identities.at
FROM (
    -- include later_touches: attribution/journeys.touches
) AS touches
JOIN (
    -- include later_identities: attribution/journeys.identities
) AS identities ON identities.conversion = touches.conversion
