-- The counted scans of the period by who made them: the first visitor of the customer, else the visitor.
WITH links AS (
    -- include links: attribution/journeys.links
),
owners AS (
    SELECT visitor_id, min(customer) AS customer FROM links WHERE customers <= :shared GROUP BY visitor_id
),
customers AS (
    SELECT customer, min(visitor_id) AS person FROM links WHERE customers <= :shared GROUP BY customer
)
SELECT
    coalesce(customers.person, scans.visitor_id) AS conversion,
    scans.id AS scan,
    scans.scanned_at,
    scans.touchpoint_id,
    1 AS position,
    1 AS length,
    0 AS older
FROM scans
LEFT JOIN owners ON owners.visitor_id = scans.visitor_id
LEFT JOIN customers ON customers.customer = owners.customer
WHERE scans.verdict = 'human' AND scans.visitor_id IS NOT NULL
    AND scans.scanned_at >= :since AND scans.scanned_at < :until
