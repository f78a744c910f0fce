-- The same to each touch of a journey.
SELECT conversion, part, scan, position, key, sign, amount, delta, 1 AS weight, length AS total, position AS place
FROM (
    -- include steps: attribution/models.steps
)
