-- Visitors of more than :shared customers, the most shared first.
SELECT DISTINCT visitor, customers
FROM (
    -- include links: attribution/journeys.links
) AS links
WHERE customers > :shared
ORDER BY customers DESC, visitor
