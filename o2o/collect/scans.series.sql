-- The scans of each visitor at each code from shortly before the first one that is new or has changed;
-- one scan alone can be nobody's duplicate.
WITH fresh AS (
    SELECT touchpoint_id, visitor_id, scanned_at, verdict FROM scans WHERE id > :after_id
    UNION ALL
    SELECT touchpoint_id, visitor_id, scanned_at, verdict FROM scans
    WHERE id IN (SELECT value FROM json_each(:changed))
),
touched AS (
    SELECT touchpoint_id, visitor_id, min(scanned_at) AS since
    FROM fresh
    WHERE verdict IN ('human', 'duplicate', 'impossible') AND visitor_id IS NOT NULL
    GROUP BY touchpoint_id, visitor_id
),
repeated AS (
    SELECT * FROM touched
    WHERE 1 < (
        SELECT count(*) FROM scans
        WHERE scans.touchpoint_id = touched.touchpoint_id
            AND scans.visitor_id = touched.visitor_id
            AND scans.scanned_at >= touched.since - :window
    )
)
SELECT scans.id, scans.touchpoint_id, scans.visitor_id, scans.scanned_at, scans.verdict, repeated.since
FROM repeated
CROSS JOIN scans
    ON scans.touchpoint_id = repeated.touchpoint_id
    AND scans.visitor_id = repeated.visitor_id
    AND scans.scanned_at >= repeated.since - :window
WHERE scans.verdict IN ('human', 'duplicate')
ORDER BY scans.touchpoint_id, scans.visitor_id, scans.scanned_at, scans.id
