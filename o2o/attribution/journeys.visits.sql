-- Scan visits: the scan that each begins with.
SELECT scan, visitor_id, scanned_at, store_id
FROM (
    -- include scans: visits.scans
)
WHERE starts = 1
