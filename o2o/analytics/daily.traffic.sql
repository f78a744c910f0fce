-- What all touchpoints of each store were scanned by day.
SELECT store_id, day, sum(scans) AS scans
FROM (
    -- include placed: analytics/daily.placed
) AS placed
GROUP BY store_id, day
