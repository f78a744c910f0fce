-- How many people bought each item within :window after any of their scans.
SELECT other AS item, count(DISTINCT unit) AS baskets
FROM (
    -- include followed: analytics/affinity.followed
) AS followed
GROUP BY other
HAVING count(DISTINCT unit) >= :least
