SELECT store_id, counted_from AS "at", count, NULL AS retired_at
FROM traffic
WHERE :retired OR store_id NOT IN (SELECT store_id FROM stores WHERE retired_at <= :at)
ORDER BY store_id, counted_from
