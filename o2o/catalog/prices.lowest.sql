-- The lowest price that was charged, promotions included, in each time that is asked for (:asked: see in_force).
SELECT number, min(coalesce(promo_price, price)) AS lowest
FROM (
    -- include in_force: catalog/prices.in_force
)
GROUP BY number
HAVING lowest IS NOT NULL
