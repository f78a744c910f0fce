-- How many touches each key has in conversions of the period.
SELECT key, count(*) AS touches
FROM (
    -- include journeys: attribution/journeys.keyed
)
WHERE conversion IN (SELECT conversion FROM (
    -- include legs: attribution/journeys.legs_orders
) WHERE delta > 0)
GROUP BY key
