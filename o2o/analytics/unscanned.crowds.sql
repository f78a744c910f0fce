-- Who came in by the door counters of each store, and scan visits that began while they counted.
SELECT traffic.store_id, sum(traffic.count) AS came, sum(coalesce(begun.visits, 0)) AS visits
FROM traffic
LEFT JOIN (
    SELECT counted.store_id, counted.counted_from, count(*) AS visits
    FROM traffic AS counted
    JOIN (
        -- include visit_starts: attribution/journeys.visits
    ) AS visits
        ON visits.store_id = counted.store_id
        AND visits.scanned_at >= counted.counted_from AND visits.scanned_at < counted.counted_to
    GROUP BY counted.store_id, counted.counted_from
) AS begun ON begun.store_id = traffic.store_id AND begun.counted_from = traffic.counted_from
WHERE traffic.counted_from >= :since AND traffic.counted_to <= :until
GROUP BY traffic.store_id
