-- The keys of touches, numbered in their order.
SELECT key, row_number() OVER (ORDER BY key) - 1 AS number
FROM (
    SELECT DISTINCT key
    FROM (
        -- include named: attribution/journeys.keyed
    ) AS named
) AS keys
