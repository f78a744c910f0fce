-- The scans of each day of the chain's clock. Those after the period tell that it is over. The + has SQLite read the index
-- of counted scans, which tells all that is asked, not that of times.
SELECT 'scans' AS what, (scanned_at + :shift) / 86400000 AS day, 0 AS wait, count(*) AS number
FROM scans
WHERE verdict = 'human' AND +scanned_at >= :since
GROUP BY (scanned_at + :shift) / 86400000
