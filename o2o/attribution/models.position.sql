-- Weights of the first touch, of those between and of the last; those between share theirs. A part that a journey
-- doesn't have leaves its weight to the others; where all that it has weigh nothing, its touches get the same.
SELECT
    conversion, part, scan, position, key, sign, amount, delta,
    CASE
        WHEN whole = 0 THEN 1
        WHEN position = 1 THEN :first_weight * between_touches
        WHEN position = length THEN :last_weight * between_touches
        ELSE :between_weight
    END AS weight,
    CASE WHEN whole = 0 THEN length ELSE whole * between_touches END AS total
FROM (
    SELECT
        *,
        CASE WHEN length > 2 THEN length - 2 ELSE 1 END AS between_touches,
        CASE length WHEN 1 THEN :first_weight WHEN 2 THEN :first_weight + :last_weight ELSE :first_weight + :between_weight + :last_weight END AS whole
    FROM (
        -- include steps: attribution/models.steps
    )
)
