-- What each conversion does to counts and money in the period, and who it is by: the first visitor of the customer,
-- else the visitor, else (below 0) the one scan that it names; inside tells those that were made in the period.
SELECT
    identities.conversion,
    identities.at,
    worth.delta,
    worth.money,
    CASE WHEN identities.at >= :since AND identities.at < :until THEN 1 ELSE 0 END AS inside,
    coalesce(customers.person, identities.visitor_id, -identities.scan, 0) AS person
FROM (
    -- include identities: attribution/journeys.identities
) AS identities
JOIN (
    SELECT conversion, sum(delta) AS delta, sum(sign * amount) AS money
    FROM (
        -- include legs: attribution/journeys.legs_orders
    ) AS legs
    GROUP BY conversion
) AS worth ON worth.conversion = identities.conversion
LEFT JOIN (
    SELECT customer, min(visitor_id) AS person
    FROM (
        -- include links: attribution/journeys.links
    ) AS links
    WHERE customers <= :shared
    GROUP BY customer
) AS customers ON customers.customer = identities.customer
