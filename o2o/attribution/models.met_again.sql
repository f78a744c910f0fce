-- Which keys in which journeys their owner brought something more than once: most journeys are alone, and what they
-- brought needn't be sorted by owner.
SELECT DISTINCT conversion, key, owner
FROM (
    SELECT steps.conversion, steps.key, owners.owner, count(*) OVER (PARTITION BY owners.owner, steps.key) AS times
    FROM (
        -- include steps: attribution/models.steps
    ) AS steps
    JOIN (
        -- include owners: attribution/journeys.owners
    ) AS owners ON owners.conversion = steps.conversion
)
WHERE times > 1
