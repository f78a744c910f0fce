-- From when to when there are counted scans, and the largest number of one.
SELECT min(scanned_at) AS first_at, max(scanned_at) AS last_at, max(id) AS last_scan
FROM scans
WHERE verdict = 'human'
