-- Weights of the first touch, of those before the middle, of the middle one (two in journeys of even length), of those
-- after it and of the last. A part that a journey doesn't have leaves its weight to the others; where all that it has
-- weigh nothing, its touches get the same.
SELECT
    conversion, part, scan, position, key, sign, amount, delta,
    CASE
        WHEN whole = 0 THEN 1
        WHEN position = 1 THEN :first_weight * middle_touches * side_touches
        WHEN position = length THEN :last_weight * middle_touches * side_touches
        WHEN length > 4 AND position <= 1 + side_touches THEN :before_weight * middle_touches
        WHEN length > 4 AND position >= length - side_touches THEN :after_weight * middle_touches
        ELSE :middle_weight * side_touches
    END AS weight,
    CASE WHEN whole = 0 THEN length ELSE whole * middle_touches * side_touches END AS total
FROM (
    SELECT
        *,
        CASE WHEN length > 2 THEN 2 - length % 2 ELSE 1 END AS middle_touches,
        CASE WHEN length > 4 THEN (length - 1) / 2 - 1 ELSE 1 END AS side_touches,
        CASE
            WHEN length = 1 THEN :first_weight
            WHEN length = 2 THEN :first_weight + :last_weight
            WHEN length < 5 THEN :first_weight + :middle_weight + :last_weight
            ELSE :first_weight + :before_weight + :middle_weight + :after_weight + :last_weight
        END AS whole
    FROM (
        -- include steps: attribution/models.steps
    )
)
