-- How many baskets there are.
SELECT sum(baskets) AS baskets
FROM (
    SELECT count(DISTINCT basket) AS baskets
    FROM (
        -- include baskets: analytics/affinity.scanned_together
    ) AS baskets
    UNION ALL
    SELECT coalesce(sum(baskets), 0)
    FROM (
        -- include alone: analytics/affinity.alone
    ) AS alone
) AS counts
