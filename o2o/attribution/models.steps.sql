-- Each touch of a journey with each thing that its conversion does to counts and money in the period.
SELECT
    journeys.conversion,
    journeys.scan,
    journeys.kind,
    journeys.position,
    journeys.length,
    journeys.older,
    journeys.key,
    legs.part,
    legs.sign,
    legs.amount,
    legs.delta
FROM (
    -- include journeys: attribution/journeys.keyed
) AS journeys
JOIN (
    -- include legs: attribution/journeys.legs_orders
) AS legs ON legs.conversion = journeys.conversion
