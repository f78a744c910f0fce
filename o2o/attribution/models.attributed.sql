-- What all conversions with a touch come to: each model shares out this much.
SELECT coalesce(sum(delta), 0) AS conversions, coalesce(sum(sign * amount), 0) AS revenue
FROM (
    -- include steps: attribution/models.steps
)
WHERE position = 1
