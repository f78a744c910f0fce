-- How many scans share in a conversion.
SELECT count(DISTINCT scan) AS credited
FROM (
    -- include placed: attribution/journeys.placed
)
