-- The days on which units ordered.
SELECT unit, day
FROM (
    -- include bought: analytics/retention.bought
) AS bought
