-- The squares of what each owner did that no touch can be credited with, and how many took back more than they brought.
SELECT
    coalesce(sum(CAST(credit AS REAL) * credit), 0.0) AS squares,
    coalesce(sum(CAST(money AS REAL) * money), 0.0) AS money_squares,
    coalesce(sum(CASE WHEN credit < 0 THEN 1 ELSE 0 END), 0) AS cancelled,
    coalesce(sum(CASE WHEN money < 0 THEN 1 ELSE 0 END), 0) AS refunded
FROM (
    SELECT owners.owner, sum(CAST(legs.delta AS REAL)) AS credit, sum(CAST(legs.sign * legs.amount AS REAL)) AS money
    FROM (
        -- include legs: attribution/journeys.legs_orders
    ) AS legs
    JOIN (
        -- include owners: attribution/journeys.owners
    ) AS owners ON owners.conversion = legs.conversion
    WHERE legs.conversion NOT IN (SELECT conversion FROM (
        -- include placed: attribution/journeys.placed
    ))
    GROUP BY owners.owner
)
