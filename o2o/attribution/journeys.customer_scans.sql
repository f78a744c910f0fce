-- The counted scans of each customer: of the visitors that are linked to him and to no more than :shared customers.
WITH links AS (
    -- include links: attribution/journeys.links
)
SELECT links.customer, scans.scanned_at, scans.id AS scan, scans.touchpoint_id
FROM links
JOIN scans ON scans.visitor_id = links.visitor_id
WHERE links.customers <= :shared AND scans.verdict = 'human'
