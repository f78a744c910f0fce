-- Customers with more than :a_day orders on one local day of their stores (a cashier's own card), and how many on the
-- busiest. Most customers don't have as many orders in all.
WITH clock AS (
    -- include clock: attribution/journeys.clock
),
frequent AS (
    SELECT customer
    FROM orders
    WHERE customer IS NOT NULL AND amount >= 0 AND refund_of IS NULL
    GROUP BY customer
    HAVING count(*) > :a_day
),
days AS (
    SELECT orders.customer, (orders.ordered_at + clock.shift) / 86400000 AS day, count(*) AS orders
    FROM frequent
    JOIN orders ON orders.customer = frequent.customer
    LEFT JOIN stores ON stores.store_id = orders.store_id
    JOIN clock
        ON clock.zone = coalesce(stores.timezone, '')
        AND clock.since <= orders.ordered_at AND orders.ordered_at < clock.until
    WHERE orders.amount >= 0 AND orders.refund_of IS NULL
    GROUP BY 1, 2
)
SELECT customer, max(orders) AS orders
FROM days
WHERE orders > :a_day
GROUP BY customer
