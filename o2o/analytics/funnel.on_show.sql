-- How many touchpoints of each key were on show, and how many of them were scanned.
SELECT
    key,
    count(DISTINCT conversion) AS shown,
    count(DISTINCT CASE WHEN scan IS NOT NULL THEN conversion END) AS scanned
FROM (
    -- include scenes: attribution/journeys.keyed
) AS scenes
GROUP BY key
