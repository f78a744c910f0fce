-- Raw hits by verdict and reason; of the counted ones, how many have no visitor and how many the question can see.
SELECT
    verdict,
    reason,
    count(*) AS hits,
    sum(visitor_id IS NULL) AS anonymous,
    sum(scanned_at >= :since - :window AND scanned_at < :until) AS in_reach
FROM scans
GROUP BY verdict, reason
ORDER BY verdict = 'human' DESC, hits DESC, verdict, reason
