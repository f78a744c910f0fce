-- How many people scanned each item.
SELECT item, count(DISTINCT unit) AS baskets
FROM (
    -- include scanned: analytics/affinity.scanned
) AS scanned
GROUP BY item
HAVING count(DISTINCT unit) >= :least
