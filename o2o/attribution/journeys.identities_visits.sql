-- Whose scans each scan visit may be credited to: those of its visitor.
SELECT
    scan AS conversion,
    scanned_at AS at,
    scanned_at - :window AS since,
    CAST(NULL AS TEXT) AS sku,
    1 AS with_id,
    'visitor' AS said,
    CAST(NULL AS TEXT) AS customer,
    visitor_id,
    CAST(NULL AS INTEGER) AS scan
FROM (
    -- include visit_starts: attribution/journeys.visits
) AS visits
WHERE :every = 1 OR (scanned_at >= :since AND scanned_at < :until)
