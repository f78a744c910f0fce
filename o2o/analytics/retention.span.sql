-- From when to when there are counted scans, the largest number of one, and until when there are orders.
SELECT
    min(scanned_at) AS first_at,
    max(scanned_at) AS last_at,
    max(id) AS last_scan,
    (SELECT max(ordered_at) FROM orders) AS last_order
FROM scans
WHERE verdict = 'human'
