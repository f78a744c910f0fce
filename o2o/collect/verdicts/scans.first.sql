-- The scans by which the cookies :names (JSON) were set, with the visitor that each was and the one that the cookie is,
-- for cookies that have come back.
SELECT scans.id, scans.scanned_at, scans.visitor_id AS visitor, cookies.id AS cookie
FROM visitors AS cookies
JOIN scans ON scans.scan_id = cookies.visitor
WHERE cookies.visitor IN (SELECT value FROM json_each(:names))
    AND scans.signals & 128
    AND scans.visitor_id IS NOT cookies.id
