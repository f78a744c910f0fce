-- The days on which units scanned or ordered.
SELECT unit, day
FROM (
    -- include days: analytics/retention.days
) AS days
UNION
SELECT unit, day
FROM (
    -- include bought: analytics/retention.bought
) AS bought
