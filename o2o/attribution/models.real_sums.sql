-- What each key earned where nearly each conversion has a denominator of its own, and money. A share is taken in whole
-- units of 2^-31 and what is left of it in units of 2^-40, so that sums are exact in whatever order they are added.
WITH sums AS MATERIALIZED (
    SELECT
        key,
        sum(delta * (weight * 2147483648 / total)) AS high,
        sum(delta * ((weight * 2147483648 % total) * 512 / total)) AS low,
        sum(money) AS revenue,
        count(*) AS shares,
        sum(CAST(delta * weight AS REAL) / total * delta * weight / total) AS squares,
        sum(CAST(money AS REAL) * money) AS money_squares,
        sum(CASE WHEN delta < 0 THEN 1 ELSE 0 END) AS cancelled,
        sum(CASE WHEN money < 0 THEN 1 ELSE 0 END) AS refunded
    FROM (
        -- include credits: attribution/models.split_by_weight
    ) AS credits
    GROUP BY key
)
SELECT key, 2147483648 AS denominator, high AS credit, revenue, shares, squares, money_squares, cancelled, refunded
FROM sums
UNION ALL
SELECT key, 1099511627776, low, 0, shares, 0.0, 0.0, 0, 0
FROM sums
