-- How many orders are somebody's.
SELECT count(*) AS orders
FROM (
    -- include acts: analytics/people.acts
) AS acts
WHERE act = 'order'
