-- How many touches the transform leaves out.
WITH placed AS (
    -- include placed: attribution/journeys.placed
),
journeys AS (
    -- include journeys: attribution/journeys.keyed
)
SELECT before.touches - after.touches AS left_out
FROM (SELECT count(*) AS touches FROM placed) AS before
CROSS JOIN (SELECT count(*) AS touches FROM journeys) AS after
