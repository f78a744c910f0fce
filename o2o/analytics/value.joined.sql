-- How many orders there are, and of how many it is known whose they are.
SELECT
    count(*) AS orders,
    count(CASE WHEN customer IS NOT NULL OR own IS NOT NULL OR visitor_id IS NOT NULL THEN 1 END) AS joined
FROM (
    -- include identities: attribution/journeys.identities
) AS identities
WHERE at >= :since AND at < :until
