-- The scans of each visitor at each code from shortly before the first one that is new or has changed.
WITH touched AS (
    SELECT touchpoint_id, visitor_id, min(scanned_at) AS since
    FROM scans
    WHERE (id > :after_id OR id IN (SELECT value FROM json_each(:changed)))
        AND verdict IN ('human', 'duplicate', 'impossible')
        AND visitor_id IS NOT NULL
    GROUP BY touchpoint_id, visitor_id
)
SELECT
    scans.id,
    scans.touchpoint_id,
    scans.visitor_id,
    scans.scanned_at,
    scans.verdict,
    touched.since
FROM touched
CROSS JOIN scans
    ON scans.touchpoint_id = touched.touchpoint_id
    AND scans.visitor_id = touched.visitor_id
    AND scans.scanned_at >= touched.since - :window
WHERE scans.verdict IN ('human', 'duplicate')
ORDER BY scans.touchpoint_id, scans.visitor_id, scans.scanned_at, scans.id
