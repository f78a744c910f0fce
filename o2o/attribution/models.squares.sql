-- What the squares of touches lack where an owner brought a key something more than once: his square is that of his sum.
-- Likewise how many more owners than touches are below 0: one whose orders were all cancelled may be at -1e-17, or not,
-- as the engine happens to add up.
SELECT
    key,
    sum(CAST(credit AS REAL) * credit - squares) AS squares,
    sum(CAST(money AS REAL) * money - money_squares) AS money_squares,
    sum(CASE WHEN credit < -1e-9 THEN 1 ELSE 0 END - cancelled) AS cancelled,
    sum(CASE WHEN money < 0 THEN 1 ELSE 0 END - refunded) AS refunded,
    count(*) AS owners
FROM (
    SELECT
        credits.key,
        again.owner,
        sum(CAST(delta * weight AS REAL) / total) AS credit,
        sum(CAST(money AS REAL)) AS money,
        sum(CAST(delta * weight AS REAL) / total * delta * weight / total) AS squares,
        sum(CAST(money AS REAL) * money) AS money_squares,
        sum(CASE WHEN delta < 0 THEN 1 ELSE 0 END) AS cancelled,
        sum(CASE WHEN money < 0 THEN 1 ELSE 0 END) AS refunded
    FROM (
        -- include credits: attribution/models.split_evenly
    ) AS credits
    JOIN (
        -- include again: attribution/models.met_again
    ) AS again ON again.conversion = credits.conversion AND again.key = credits.key
    GROUP BY credits.key, again.owner
)
GROUP BY key
