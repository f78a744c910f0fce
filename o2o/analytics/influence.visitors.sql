-- The visitors with counted scans in a store, with and without one of :touchpoint, and how many of each bought.
WITH identities AS (
    -- include identities: attribution/journeys.identities
),
buyers AS MATERIALIZED (
    SELECT DISTINCT visitor_id FROM identities WHERE visitor_id IS NOT NULL
),
seen AS (
    SELECT scans.visitor_id, max(scans.touchpoint_id = :touchpoint) AS exposed
    FROM scans
    JOIN touchpoint_periods AS period
        ON period.touchpoint_id = scans.touchpoint_id
        AND period.valid_from <= scans.scanned_at
        AND (period.valid_to IS NULL OR period.valid_to > scans.scanned_at)
    WHERE scans.verdict = 'human' AND scans.visitor_id IS NOT NULL AND period.store_id IS :store
    GROUP BY scans.visitor_id
)
SELECT exposed, count(*) AS visitors, count(buyers.visitor_id) AS buyers
FROM seen
LEFT JOIN buyers ON buyers.visitor_id = seen.visitor_id
GROUP BY exposed
