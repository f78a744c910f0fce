-- Scan visits, each by the scan that it begins with.
SELECT
    visits.scan AS conversion,
    visits.scanned_at AS at,
    visits.store_id,
    CAST(NULL AS TEXT) AS customer,
    visitors.visitor,
    CAST(NULL AS TEXT) AS scan_id,
    CAST(NULL AS TEXT) AS sku
FROM (
    -- include visit_starts: attribution/journeys.visits
) AS visits
JOIN visitors ON visitors.id = visits.visitor_id
