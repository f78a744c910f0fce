-- Visitors who are somebody: of a few customers of one visitor the first, so that everybody is in one unit only.
SELECT links.visitor_id, members.unit
FROM (
    SELECT visitor_id, min(customer) AS customer
    FROM (
        -- include links: attribution/journeys.links
    ) AS links
    WHERE customers <= :shared AND visitor_id IS NOT NULL
    GROUP BY visitor_id
) AS links
JOIN (
    -- include members: analytics/people.members
) AS members ON members.customer = links.customer
