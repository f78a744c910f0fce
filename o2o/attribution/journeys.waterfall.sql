-- Raw hits by verdict and reason; of the counted ones, how many have no visitor, or one who can be followed over days
-- (16: a cookie, 32: named), and how many the question can see; of the others, how many may be of phones that look alike.
SELECT
    verdict,
    reason,
    count(*) AS hits,
    sum(CASE WHEN visitor_id IS NULL THEN 1 ELSE 0 END) AS anonymous,
    sum(CASE WHEN visitor_id IS NOT NULL AND (source = 'csv' OR (signals & 48) <> 0) THEN 1 ELSE 0 END) AS followed,
    sum(CASE WHEN visitor_id IS NOT NULL AND source <> 'csv' AND (signals & 48) = 0 THEN 1 ELSE 0 END) AS daily,
    sum(CASE WHEN note = 'remote' THEN 1 ELSE 0 END) AS remote,
    sum(CASE WHEN scanned_at >= :since - :window AND scanned_at < :until THEN 1 ELSE 0 END) AS in_reach
FROM scans
GROUP BY verdict, reason
ORDER BY CASE verdict WHEN 'human' THEN 0 ELSE 1 END, hits DESC, verdict, reason
