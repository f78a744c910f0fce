-- All to the last touch of a journey whose key isn't :but; to the last one where all are.
SELECT conversion, part, scan, position, key, sign, amount, delta, 1 AS weight, 1 AS total, 1 AS place
FROM (
    SELECT *, max(CASE WHEN key <> :but THEN position ELSE 0 END) OVER (PARTITION BY conversion, part) AS last_other
    FROM (
        -- include steps: attribution/models.steps
    )
)
WHERE position = CASE WHEN last_other > 0 THEN last_other ELSE length END
