-- Pieces of the products :skus (a JSON list) that each store sold, by :bucket milliseconds.
SELECT orders.store_id, orders.ordered_at / :bucket AS bucket, sum(order_lines.quantity) AS units
FROM orders
JOIN order_lines ON order_lines.order_row = orders.id
WHERE orders.ordered_at >= :since AND orders.ordered_at < :until AND orders.store_id IS NOT NULL
    AND orders.amount >= 0 AND orders.refund_of IS NULL
    AND order_lines.sku IN (SELECT value FROM json_each(:skus))
GROUP BY orders.store_id, orders.ordered_at / :bucket
