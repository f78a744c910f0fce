-- Each counted scan with the store of its visit and whether it starts the visit.
-- A visit is the scans of one visitor in one store with no gap over :gap. A scan without a store belongs to the
-- store that its visitor scanned in before it, else after it, without such a gap between neighbours; it can only do so
-- where its visitor is roaming: has scans with a store and others without one.
WITH counted AS MATERIALIZED (
    SELECT scans.id AS scan, scans.visitor_id, scans.scanned_at, period.store_id
    FROM scans
    LEFT JOIN touchpoint_periods AS period
        ON period.touchpoint_id = scans.touchpoint_id
        AND period.valid_from <= scans.scanned_at
        AND (period.valid_to IS NULL OR period.valid_to > scans.scanned_at)
    WHERE scans.verdict = 'human' AND scans.visitor_id IS NOT NULL
),
roaming AS MATERIALIZED (
    SELECT visitor_id FROM counted GROUP BY visitor_id HAVING count(store_id) > 0 AND count(store_id) < count(*)
),
neighbours AS (
    SELECT *, lag(scanned_at) OVER (PARTITION BY visitor_id ORDER BY scanned_at, scan) AS before
    FROM counted
    WHERE visitor_id IN (SELECT visitor_id FROM roaming)
),
chained AS (
    SELECT
        *,
        sum(CASE WHEN scanned_at - before <= :gap THEN 0 ELSE 1 END) OVER walk AS chain,
        count(store_id) OVER walk AS stores
    FROM neighbours
    WINDOW walk AS (PARTITION BY visitor_id ORDER BY scanned_at, scan ROWS UNBOUNDED PRECEDING)
),
stored AS (
    SELECT scan, visitor_id, scanned_at, store_id
    FROM counted
    WHERE visitor_id NOT IN (SELECT visitor_id FROM roaming)
    UNION ALL
    SELECT
        scan, visitor_id, scanned_at,
        coalesce(
            max(store_id) OVER (PARTITION BY visitor_id, chain, stores),
            first_value(store_id) OVER (
                PARTITION BY visitor_id, chain
                ORDER BY CASE WHEN store_id IS NULL THEN 1 ELSE 0 END, scanned_at, scan
            )
        )
    FROM chained
),
last_there AS (
    SELECT *, lag(scanned_at) OVER (PARTITION BY visitor_id, store_id ORDER BY scanned_at, scan) AS before
    FROM stored
)
SELECT scan, visitor_id, scanned_at, store_id, CASE WHEN scanned_at - before <= :gap THEN 0 ELSE 1 END AS starts
FROM last_there
