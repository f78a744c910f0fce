-- What visits do to conversions: each adds itself; no money, no refunds.
SELECT DISTINCT conversion, 0 AS part, 1 AS sign, 0 AS amount, 1 AS delta
FROM (
    -- include touches: attribution/journeys.visits
)
