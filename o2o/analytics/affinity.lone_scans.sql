-- Scans that are alone in their visit, in the columns of journeys.
SELECT id AS conversion, id AS scan, scanned_at, touchpoint_id, 0 AS position, 0 AS length, 0 AS older
FROM (
    -- include gaps: analytics/affinity.gaps
) AS gaps
WHERE coalesce(scanned_at - before, :gap + 1) > :gap AND coalesce(after - scanned_at, :gap + 1) > :gap
