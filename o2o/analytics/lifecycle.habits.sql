-- On how many days those came who came again.
SELECT days, count(*) AS units
FROM (
    -- include lives: analytics/lifecycle.lives
) AS lives
WHERE days > 1
GROUP BY days
ORDER BY days
