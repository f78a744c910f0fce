-- The scans of each visitor at each code from shortly before the first one that is new or has changed;
-- one scan alone is what it is, unless it was the duplicate of one that no longer counts.
WITH touched AS (
    SELECT touchpoint_id, visitor_id, min(scanned_at) AS since
    FROM scans
    WHERE (id > :after_id OR id IN (SELECT value FROM json_each(:changed)))
        AND verdict IN ('human', 'duplicate', 'impossible')
        AND visitor_id IS NOT NULL
    GROUP BY touchpoint_id, visitor_id
),
series AS (
    SELECT
        scans.id,
        scans.touchpoint_id,
        scans.visitor_id,
        scans.scanned_at,
        scans.verdict,
        touched.since,
        count(*) OVER (PARTITION BY scans.touchpoint_id, scans.visitor_id) AS length
    FROM touched
    CROSS JOIN scans
        ON scans.touchpoint_id = touched.touchpoint_id
        AND scans.visitor_id = touched.visitor_id
        AND scans.scanned_at >= touched.since - :window
    WHERE scans.verdict IN ('human', 'duplicate')
)
SELECT id, touchpoint_id, visitor_id, scanned_at, verdict, since
FROM series
WHERE length > 1 OR verdict = 'duplicate'
ORDER BY touchpoint_id, visitor_id, scanned_at, id
