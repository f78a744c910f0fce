-- The touches of each conversion that can be joined: the counted scans in the window before it of whoever it is by.
WITH identities AS (
    -- include identities: attribution/journeys.identities
),
customer_scans AS (
    -- include customer_scans: attribution/journeys.customer_scans
)
SELECT identities.conversion, customer_scans.scan, customer_scans.scanned_at, customer_scans.touchpoint_id
FROM identities
JOIN customer_scans ON customer_scans.customer = identities.customer
WHERE customer_scans.scanned_at BETWEEN identities.since AND identities.at
UNION ALL
SELECT identities.conversion, scans.id, scans.scanned_at, scans.touchpoint_id
FROM identities
JOIN scans ON scans.visitor_id = identities.visitor_id
WHERE scans.verdict = 'human' AND scans.scanned_at BETWEEN identities.since AND identities.at
UNION ALL
SELECT identities.conversion, scans.id, scans.scanned_at, scans.touchpoint_id
FROM identities
JOIN scans ON scans.id = identities.scan
WHERE scans.verdict = 'human' AND scans.scanned_at BETWEEN identities.since AND identities.at
