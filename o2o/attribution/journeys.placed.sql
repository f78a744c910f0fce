-- Journeys: each touch with its place in its journey, how many touches that has, and how much older it is than the
-- latest of them.
WITH touches AS (
    -- include touches: attribution/journeys.touches
)
SELECT
    conversion,
    scan,
    scanned_at,
    touchpoint_id,
    row_number() OVER journey AS position,
    count(*) OVER journey AS length,
    max(scanned_at) OVER journey - scanned_at AS older
FROM touches
WINDOW journey AS (
    PARTITION BY conversion ORDER BY scanned_at, scan ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
)
