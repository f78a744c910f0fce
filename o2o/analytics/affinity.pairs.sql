-- In how many baskets each two items are together, the first of them by number first.
SELECT one.number AS one, other.number AS other, count(*) AS baskets
FROM (
    -- include common: analytics/affinity.common
) AS one
JOIN (
    -- include common: analytics/affinity.common
) AS other ON other.basket = one.basket AND other.number > one.number
GROUP BY one.number, other.number
HAVING count(*) >= :least
