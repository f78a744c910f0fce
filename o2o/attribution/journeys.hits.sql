-- Raw hits by verdict and reason; of the counted ones, how many have no visitor, or one who can be followed over days
-- (16: a cookie, 32: named), and how many the question can see; of the others, how many may be of phones that look alike.
-- Most hits are counted ones, which have no reason: they are summed up without sorting them into groups. The + keeps
-- SQLite from an index of counted scans: it would look up nearly each row of the table, one by one.
SELECT
    verdict, reason, hits, hits - visited AS anonymous, visited - daily AS followed, daily, remote, in_reach
FROM (
    SELECT
        'human' AS verdict,
        '' AS reason,
        count(*) AS hits,
        count(visitor_id) AS visited,
        count(CASE WHEN source <> 'csv' AND (signals & 48) = 0 THEN visitor_id END) AS daily,
        count(CASE WHEN note = 'remote' THEN 1 END) AS remote,
        count(CASE WHEN scanned_at >= :since - :window AND scanned_at < :until THEN 1 END) AS in_reach
    FROM scans
    WHERE +verdict = 'human' AND reason = ''
    UNION ALL
    SELECT
        verdict,
        reason,
        count(*) AS hits,
        count(visitor_id) AS visited,
        count(CASE WHEN source <> 'csv' AND (signals & 48) = 0 THEN visitor_id END) AS daily,
        count(CASE WHEN note = 'remote' THEN 1 END) AS remote,
        count(CASE WHEN scanned_at >= :since - :window AND scanned_at < :until THEN 1 END) AS in_reach
    FROM scans
    WHERE verdict <> 'human' OR reason <> ''
    GROUP BY verdict, reason
) AS counted
