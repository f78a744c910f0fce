-- What each key earned: conversions as whole numbers by denominator, so that they stay exact, and money.
SELECT key, total AS denominator, sum(delta * weight) AS credit, sum(money) AS revenue, count(*) AS shares
FROM (
    -- include credits: attribution/models.split_evenly
)
GROUP BY key, total
