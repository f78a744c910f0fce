-- What each key earned: conversions as whole numbers by denominator, so that they stay exact, and money. Their squares
-- tell how far chance may have moved them.
SELECT
    key,
    total AS denominator,
    sum(delta * weight) AS credit,
    sum(money) AS revenue,
    count(*) AS shares,
    sum(CAST(delta * weight AS REAL) / total * delta * weight / total) AS squares,
    sum(CAST(money AS REAL) * money) AS money_squares,
    sum(CASE WHEN delta < 0 THEN 1 ELSE 0 END) AS cancelled,
    sum(CASE WHEN money < 0 THEN 1 ELSE 0 END) AS refunded
FROM (
    -- include credits: attribution/models.split_evenly
)
GROUP BY key, total
