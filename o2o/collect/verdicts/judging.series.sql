-- The scans of a visitor from one time to another that are compared with each other, the first :limit of them.
-- include select: collect/verdicts/kept_scans.select
WHERE scans.visitor_id = :visitor_id AND scans.scanned_at BETWEEN :since AND :until AND scans.signals & 8 = 0
ORDER BY scans.scanned_at, scans.id
LIMIT :limit
