-- How many touches each key has in conversions of the period.
SELECT key, count(*) AS touches
FROM (
    -- include steps: attribution/models.steps
)
WHERE delta > 0
GROUP BY key
