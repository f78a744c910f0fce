-- How many people scanned anything.
SELECT count(DISTINCT unit) AS baskets
FROM (
    -- include scanned: analytics/affinity.scanned
) AS scanned
