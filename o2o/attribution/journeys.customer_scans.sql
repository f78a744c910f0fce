-- The counted scans of each customer: of the visitors that are linked to him and to no more than :shared customers.
SELECT links.customer, scans.scanned_at, scans.id AS scan, scans.touchpoint_id
FROM (
    -- include links: attribution/journeys.links
) AS links
JOIN visitors ON visitors.visitor = links.visitor
JOIN scans ON scans.visitor_id = visitors.id
WHERE links.customers <= :shared AND scans.verdict = 'human'
