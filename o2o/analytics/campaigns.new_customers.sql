-- Customers whose first order of all is credited to a campaign.
WITH journeys AS (
    -- include journeys: attribution/journeys.keyed
),
firsts AS (
    SELECT customer, min(ordered_at) AS at
    FROM orders
    WHERE customer IS NOT NULL AND refund_of IS NULL AND amount >= 0
    GROUP BY customer
)
SELECT count(DISTINCT orders.customer) AS customers
FROM orders
JOIN firsts ON firsts.customer = orders.customer AND firsts.at = orders.ordered_at
WHERE orders.id IN (SELECT conversion FROM journeys WHERE key = :campaign)
