-- What people did besides scanning, each by the unit whose it is (a customer, else a visitor), with what an order is
-- worth after refunds. What is nobody's is left out.
WITH identities AS (
    -- include identities: attribution/journeys.identities
),
members AS (
    -- include members: analytics/people.members
),
owners AS (
    -- include visitors_of: analytics/people.owners
),
worth AS (
    SELECT conversion, sum(sign * amount) AS amount
    FROM (
        -- include legs: attribution/journeys.legs_orders
    ) AS legs
    GROUP BY conversion
),
named AS (
    SELECT 'order' AS act, identities.at, coalesce(identities.customer, identities.own) AS customer, identities.visitor_id, worth.amount
    FROM identities
    LEFT JOIN worth ON worth.conversion = identities.conversion
    UNION ALL
    SELECT 'registration', at, coalesce(customer, own), visitor_id, 0
    FROM (
        -- include registrations: analytics/people.nobody
    ) AS registrations
    UNION ALL
    SELECT 'redemption', at, coalesce(customer, own), visitor_id, 0
    FROM (
        -- include redemptions: analytics/people.nobody
    ) AS redemptions
    UNION ALL
    SELECT 'view', at, coalesce(customer, own), visitor_id, 0
    FROM (
        -- include views: analytics/people.nobody
    ) AS views
)
SELECT
    named.act,
    coalesce(members.unit, owners.unit, named.visitor_id) AS unit,
    named.at,
    coalesce(named.amount, 0) AS amount
FROM named
LEFT JOIN members ON members.customer = named.customer
LEFT JOIN owners ON owners.visitor_id = named.visitor_id
WHERE coalesce(members.unit, named.visitor_id) IS NOT NULL
