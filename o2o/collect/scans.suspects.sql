-- The scans of visitors without a name of their own who scanned so often around the time of the new rows that they
-- may have been at too many codes.
WITH fresh AS (
    SELECT visitor_id, scanned_at
    FROM scans
    WHERE id > :after_id AND source <> 'csv' AND verdict = 'human' AND visitor_id IS NOT NULL
),
span AS (
    SELECT min(scanned_at) - :window AS since, max(scanned_at) + :window AS until FROM fresh
),
near AS (
    SELECT scans.id, scans.touchpoint_id, scans.visitor_id, scans.scanned_at, scans.verdict
    FROM span
    CROSS JOIN scans ON scans.scanned_at BETWEEN span.since AND span.until
    WHERE scans.source <> 'csv'
        AND scans.verdict IN ('human', 'duplicate', 'impossible')
        AND scans.visitor_id IN (SELECT visitor_id FROM fresh)
),
suspects AS (
    SELECT visitor_id FROM near GROUP BY visitor_id HAVING count(*) > :codes
)
SELECT * FROM near WHERE visitor_id IN (SELECT visitor_id FROM suspects)
ORDER BY visitor_id, scanned_at, id
