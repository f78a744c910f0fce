-- How many people bought one item within :window after scanning another.
SELECT one, other, count(*) AS baskets
FROM (
    -- include followed: analytics/affinity.followed
) AS followed
GROUP BY one, other
HAVING count(*) >= :least
