-- Raw hits by verdict and reason; of the counted ones, how many have no visitor, or one who can be followed over days
-- (16: a cookie, 32: named), and how many the question can see; of the others, how many may be of phones that look alike.
SELECT
    verdict,
    reason,
    count(*) AS hits,
    sum(visitor_id IS NULL) AS anonymous,
    sum(visitor_id IS NOT NULL AND (source = 'csv' OR signals & 48 <> 0)) AS followed,
    sum(visitor_id IS NOT NULL AND source <> 'csv' AND signals & 48 = 0) AS daily,
    sum(note = 'remote') AS remote,
    sum(scanned_at >= :since - :window AND scanned_at < :until) AS in_reach
FROM scans
GROUP BY verdict, reason
ORDER BY verdict = 'human' DESC, hits DESC, verdict, reason
