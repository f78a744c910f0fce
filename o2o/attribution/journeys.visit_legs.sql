-- What visits do to conversions: each adds itself; no money, no refunds.
SELECT conversion, 0 AS part, 1 AS sign, 0 AS amount, 1 AS delta
FROM (
    -- include placed: attribution/journeys.placed
)
WHERE position = 1
