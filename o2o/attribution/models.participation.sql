-- All to each key in a journey, at its first touch: what it took part in.
SELECT conversion, part, scan, position, key, sign, amount, delta, 1 AS weight, 1 AS total, 1 AS place
FROM (
    -- include distinct: attribution/models.distinct
)
