-- The next :limit visitors, each with the times of the first and the last scan that are compared.
SELECT visitor_id, min(scanned_at), max(scanned_at)
FROM scans
WHERE visitor_id > :after AND signals & 8 = 0
GROUP BY visitor_id
ORDER BY visitor_id
LIMIT :limit
