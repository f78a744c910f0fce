-- In how many visits or orders each product and each place are together.
SELECT items.item, places.key, count(*) AS together
FROM (
    -- include items: analytics/matrix.lines
) AS items
JOIN (
    SELECT DISTINCT conversion, key
    FROM (
        -- include journeys: attribution/journeys.keyed
    ) AS journeys
    WHERE key <> :other
) AS places ON places.conversion = items.conversion
GROUP BY items.item, places.key
