-- Counted scans of each touchpoint by day; a day is 24 hours from :origin on, a midnight (summer time moves it by one).
-- One number as the key: SQLite sorts ten million of them in half the time of two columns.
SELECT cell / 4294967296 AS day, cell % 4294967296 AS touchpoint_id, scans, first_at, last_at
FROM (
    SELECT
        (scanned_at - :origin) / 86400000 * 4294967296 + touchpoint_id AS cell,
        count(*) AS scans,
        min(scanned_at) AS first_at,
        max(scanned_at) AS last_at
    FROM scans
    WHERE verdict = 'human' AND touchpoint_id IS NOT NULL AND scanned_at >= :origin AND scanned_at < :until
    GROUP BY (scanned_at - :origin) / 86400000 * 4294967296 + touchpoint_id
) AS cells
