-- The same to each key in a journey, at its first touch.
SELECT conversion, part, scan, position, key, sign, amount, delta, 1 AS weight, keys AS total, number AS place
FROM (
    -- include distinct: attribution/models.distinct
)
