-- All to the last touch of a journey.
SELECT conversion, part, scan, position, key, sign, amount, delta, 1 AS weight, 1 AS total, 1 AS place
FROM (
    -- include steps: attribution/models.steps
)
WHERE position = length
