-- The touches of each order that can be joined: the counted scans in the window before it of whoever ordered.
WITH wanted AS MATERIALIZED (
    SELECT
        identities.order_row AS conversion,
        identities.customer,
        identities.visitor_id,
        identities.scan,
        orders.ordered_at,
        orders.ordered_at - :window AS since
    FROM (
        -- include identities: attribution/journeys.identities
    ) AS identities
    JOIN orders ON orders.id = identities.order_row
    WHERE identities.order_row IN (SELECT conversion FROM (
        -- include legs: attribution/journeys.legs
    ))
),
customer_scans AS (
    -- include customer_scans: attribution/journeys.customer_scans
)
SELECT wanted.conversion, customer_scans.scan, customer_scans.scanned_at, customer_scans.touchpoint_id
FROM wanted
JOIN customer_scans ON customer_scans.customer = wanted.customer
WHERE customer_scans.scanned_at BETWEEN wanted.since AND wanted.ordered_at
UNION ALL
SELECT wanted.conversion, scans.id, scans.scanned_at, scans.touchpoint_id
FROM wanted
JOIN scans ON scans.visitor_id = wanted.visitor_id
WHERE scans.verdict = 'human' AND scans.scanned_at BETWEEN wanted.since AND wanted.ordered_at
UNION ALL
SELECT wanted.conversion, scans.id, scans.scanned_at, scans.touchpoint_id
FROM wanted
JOIN scans ON scans.id = wanted.scan
WHERE scans.verdict = 'human' AND scans.scanned_at BETWEEN wanted.since AND wanted.ordered_at
