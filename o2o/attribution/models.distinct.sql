-- The first touch of each key in a journey: how many keys that has, and which of them this is, in order.
SELECT *, count(*) OVER (PARTITION BY conversion, part) AS keys,
    row_number() OVER (PARTITION BY conversion, part ORDER BY position) AS number
FROM (
    SELECT *, row_number() OVER (PARTITION BY conversion, part, key ORDER BY position) AS meeting
    FROM (
        -- include steps: attribution/models.steps
    )
)
WHERE meeting = 1
