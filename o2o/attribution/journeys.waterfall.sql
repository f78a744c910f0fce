-- Raw hits by verdict and reason, the counted ones first.
SELECT *
FROM (
    -- include hits: attribution/journeys.hits
) AS hits
WHERE hits > 0
ORDER BY CASE verdict WHEN 'human' THEN 0 ELSE 1 END, hits DESC, verdict, reason
