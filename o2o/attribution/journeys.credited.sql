-- How many scans share in a conversion.
SELECT count(DISTINCT scan) AS credited
FROM (
    -- include journeys: attribution/journeys.keyed
) AS journeys
