-- All conversions of the period, and what they are worth.
SELECT coalesce(sum(delta), 0) AS conversions, coalesce(sum(sign * amount), 0) AS revenue
FROM (
    -- include legs: attribution/journeys.legs_once
) AS legs
