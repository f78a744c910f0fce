-- Scans of visits with several, in the columns of journeys: each under its visit, which is the scans of one visitor with
-- no gap over :gap. A visitor makes fewer than 1,048,576 visits.
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
WHERE scanned_at - before <= :gap OR after - scanned_at <= :gap
