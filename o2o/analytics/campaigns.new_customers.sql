-- How many customers there are whose first order of all came while a campaign ran, and is credited to it.
WITH journeys AS (
    -- include journeys: attribution/journeys.keyed
),
firsts AS (
    SELECT customer, min(ordered_at) AS at
    FROM orders
    WHERE customer IS NOT NULL AND refund_of IS NULL AND amount >= 0
    GROUP BY customer
)
SELECT journeys.key, count(DISTINCT orders.customer) AS customers
FROM journeys
JOIN campaigns ON campaigns.campaign_id = journeys.key
JOIN orders ON orders.id = journeys.conversion
JOIN firsts ON firsts.customer = orders.customer AND firsts.at = orders.ordered_at
WHERE (campaigns.starts_at IS NULL OR orders.ordered_at >= campaigns.starts_at)
    AND (campaigns.ends_at IS NULL OR orders.ordered_at < campaigns.ends_at)
GROUP BY journeys.key
