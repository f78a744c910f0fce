-- Journeys of the touches that a transform leaves, each at its new place.
SELECT
    conversion,
    scan,
    scanned_at,
    kind,
    row_number() OVER journey AS position,
    count(*) OVER journey AS length,
    max(scanned_at) OVER journey - scanned_at AS older,
    key
FROM (
    -- include thinned: attribution/journeys.thinned_exposure
) AS thinned
WINDOW journey AS (
    PARTITION BY conversion ORDER BY scanned_at, scan ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
)
