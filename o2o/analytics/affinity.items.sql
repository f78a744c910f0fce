-- In how many baskets each item is; fewer than :least are too few to be told anything about. Items are numbered.
SELECT item, sum(baskets) AS baskets, row_number() OVER (ORDER BY item) AS number
FROM (
    SELECT item, count(*) AS baskets
    FROM (
        -- include baskets: analytics/affinity.scanned_together
    ) AS baskets
    GROUP BY item
    UNION ALL
    SELECT item, baskets
    FROM (
        -- include alone: analytics/affinity.alone
    ) AS alone
) AS counts
GROUP BY item
HAVING sum(baskets) >= :least
