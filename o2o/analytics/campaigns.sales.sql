-- What each store sold by quarter of an hour, refunds taken off when they were paid back.
SELECT store_id, ordered_at / :slice AS slice, sum(amount) AS amount
FROM orders
WHERE store_id IS NOT NULL AND ordered_at >= :since AND ordered_at < :until
GROUP BY store_id, slice
