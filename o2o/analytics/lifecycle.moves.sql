-- How many units went from which stage to which, how many of them are members, and what they have spent.
SELECT
    stage_before,
    stage,
    count(*) AS people,
    sum(CASE WHEN unit < 0 THEN 1 ELSE 0 END) AS members,
    sum(amount) AS amount
FROM (
    -- include staged: analytics/lifecycle.staged
) AS staged
GROUP BY stage_before, stage
