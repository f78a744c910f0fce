-- What each key earned where nearly each conversion has a denominator of its own: a sum of shares, and money.
SELECT key, 1 AS denominator, sum(CAST(delta * weight AS REAL) / total) AS credit, sum(money) AS revenue, count(*) AS shares
FROM (
    -- include credits: attribution/models.split_by_weight
)
GROUP BY key
