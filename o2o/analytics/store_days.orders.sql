-- Orders and money (refunds taken off) of each store by :bucket milliseconds.
SELECT
    store_id,
    ordered_at / :bucket AS bucket,
    sum(CASE WHEN amount >= 0 AND refund_of IS NULL THEN 1 ELSE 0 END) AS orders,
    sum(amount) AS revenue
FROM orders
WHERE ordered_at >= :since AND ordered_at < :until AND store_id IS NOT NULL
GROUP BY store_id, ordered_at / :bucket
