-- Hits of a period by verdict and reason, the counted ones first; how many have no visitor, one who can be followed over
-- days (16: a cookie, 32: named), or one who is only a network, a browser and a day.
SELECT
    verdict,
    reason,
    count(*) AS hits,
    count(*) - count(visitor_id) AS anonymous,
    count(CASE WHEN source = 'csv' OR (signals & 48) <> 0 THEN visitor_id END) AS followed,
    count(CASE WHEN source <> 'csv' AND (signals & 48) = 0 THEN visitor_id END) AS daily,
    count(CASE WHEN note = 'remote' THEN 1 END) AS remote
FROM scans
WHERE scanned_at >= :since AND scanned_at < :until
GROUP BY verdict, reason
ORDER BY verdict <> 'human', hits DESC, verdict, reason
