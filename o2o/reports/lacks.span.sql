-- the first and the last scan or order, and the last before :until
SELECT
    (SELECT min(at) FROM (SELECT min(scanned_at) AS at FROM scans UNION ALL SELECT min(ordered_at) FROM orders)),
    (SELECT max(at) FROM (SELECT max(scanned_at) AS at FROM scans UNION ALL SELECT max(ordered_at) FROM orders)),
    (
        SELECT max(at) FROM (
            SELECT max(scanned_at) AS at FROM scans WHERE scanned_at < :until
            UNION ALL SELECT max(ordered_at) FROM orders WHERE ordered_at < :until
        )
    )
