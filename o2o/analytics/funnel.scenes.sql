-- The periods of touchpoints that were on show, with the first counted scan of each, in the columns of journeys. What
-- was scanned was on show, even if its code came into the file later.
WITH shown AS (
    SELECT
        period.touchpoint_id,
        touchpoints.minted_at,
        CASE WHEN period.valid_from > :since THEN period.valid_from ELSE :since END AS begins_at,
        CASE WHEN period.valid_to < :until THEN period.valid_to ELSE :until END AS ends_at
    FROM touchpoints
    JOIN touchpoint_periods AS period ON period.touchpoint_id = touchpoints.id
    WHERE (touchpoints.retired_at IS NULL OR touchpoints.retired_at > :since)
        AND period.valid_from < :until AND (period.valid_to IS NULL OR period.valid_to > :since)
),
seen AS (
    SELECT shown.touchpoint_id, shown.begins_at, min(scans.id) AS scan, min(scans.scanned_at) AS scanned_at
    FROM shown
    JOIN scans ON scans.touchpoint_id = shown.touchpoint_id
        AND scans.scanned_at >= shown.begins_at AND scans.scanned_at < shown.ends_at
    WHERE scans.verdict = 'human'
    GROUP BY shown.touchpoint_id, shown.begins_at
)
SELECT
    shown.touchpoint_id AS conversion,
    seen.scan,
    coalesce(seen.scanned_at, shown.begins_at) AS scanned_at,
    shown.touchpoint_id,
    0 AS position,
    0 AS length,
    0 AS older
FROM shown
LEFT JOIN seen ON seen.touchpoint_id = shown.touchpoint_id AND seen.begins_at = shown.begins_at
WHERE shown.minted_at < :until OR seen.scan IS NOT NULL
