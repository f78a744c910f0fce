-- Who each conversion is by, as a number: the customer where he is known, else the visitor, else the one scan that it
-- names, else nobody else's. What one of them did depends on what else he did; what two of them did doesn't.
WITH identities AS (
    -- include identities: attribution/journeys.identities
),
customers AS MATERIALIZED (
    SELECT customer, min(conversion) AS number FROM identities WHERE customer IS NOT NULL GROUP BY customer
)
SELECT
    identities.conversion,
    CASE
        WHEN customers.number IS NOT NULL THEN customers.number * 4
        WHEN identities.visitor_id IS NOT NULL THEN identities.visitor_id * 4 + 1
        WHEN identities.scan IS NOT NULL THEN identities.scan * 4 + 2
        ELSE identities.conversion * 4 + 3
    END AS owner
FROM identities
LEFT JOIN customers ON customers.customer = identities.customer
