-- The number of each customer as a unit of analysis: below zero, where visitors are above. Those of whom nothing is
-- known but that they are linked to a visitor have one too.
SELECT customer, -row_number() OVER (ORDER BY customer) AS unit
FROM (
    SELECT coalesce(customer, own) AS customer FROM (
        -- include identities: attribution/journeys.identities
    ) AS identities
    UNION
    SELECT coalesce(customer, own) FROM (
        -- include registrations: analytics/people.nobody
    ) AS registrations
    UNION
    SELECT coalesce(customer, own) FROM (
        -- include redemptions: analytics/people.nobody
    ) AS redemptions
    UNION
    SELECT coalesce(customer, own) FROM (
        -- include views: analytics/people.nobody
    ) AS views
    UNION
    SELECT customer FROM (
        -- include links: attribution/journeys.links
    ) AS links
    WHERE customers <= :shared
) AS customers
WHERE customer IS NOT NULL
