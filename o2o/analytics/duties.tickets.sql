-- Receipts by store and hour since :origin.
SELECT store_id, (ordered_at - :origin) / 3600000 AS hour, count(*) AS tickets
FROM orders
WHERE amount >= 0 AND refund_of IS NULL AND store_id IS NOT NULL AND ordered_at >= :origin AND ordered_at < :until
GROUP BY store_id, hour
