-- The scans of each day of the chain's clock. Those after the period tell that it is over. SQLite groups days that come in
-- order, as its index of times gives them, in a third of the time: what isn't counted is therefore left out by its number.
SELECT 'scans' AS what, (scanned_at + :shift) / 86400000 AS day, 0 AS wait, count(*) AS number
FROM scans
WHERE scanned_at >= :since AND id NOT IN (SELECT id FROM scans WHERE +verdict <> 'human')
GROUP BY (scanned_at + :shift) / 86400000
