-- The first scan of a person's code, found by going through scans in the order of their times: mostly one of the first.
-- Adding 0 and nothing keeps SQLite from looking up all scans of each code, or sorting all, of which a busy chain has
-- millions.
SELECT scanned_at AS first
FROM scans
WHERE scanned_at >= 0 AND verdict || '' = 'human' AND touchpoint_id + 0 IN (SELECT id FROM touchpoints WHERE kind = 'person')
ORDER BY scanned_at
LIMIT 1
