-- Counted scans of a period in the columns of journeys, each under its visit: the scans of one visitor with no gap
-- over :gap.
SELECT
    visitor_id * 1048576 + sum(CASE WHEN scanned_at - before <= :gap THEN 0 ELSE 1 END) OVER (
        PARTITION BY visitor_id ORDER BY scanned_at, id ROWS UNBOUNDED PRECEDING
    ) AS conversion,
    id AS scan,
    scanned_at,
    touchpoint_id,
    0 AS position,
    0 AS length,
    0 AS older
FROM (
    -- include gaps: analytics/affinity.gaps
) AS gaps
