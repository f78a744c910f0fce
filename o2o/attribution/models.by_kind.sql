-- A weight for each kind of touch; where all touches of a journey weigh nothing, each gets the same.
SELECT
    conversion, part, scan, position, key, sign, amount, delta,
    CASE WHEN whole = 0 THEN 1 ELSE kind_weight END AS weight,
    CASE WHEN whole = 0 THEN length ELSE whole END AS total
FROM (
    SELECT *, sum(kind_weight) OVER (PARTITION BY conversion, part) AS whole
    FROM (
        SELECT
            *,
            CASE kind WHEN 'person' THEN :person WHEN 'product' THEN :product WHEN 'place' THEN :place ELSE 0 END
                AS kind_weight
        FROM (
            -- include steps: attribution/models.steps
        )
    )
)
