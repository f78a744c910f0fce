-- What was bought in each order of a period, each once: products, or (:by) departments.
SELECT DISTINCT orders.id AS basket, CASE :by WHEN 'department' THEN products.category ELSE order_lines.sku END AS item
FROM orders
JOIN order_lines ON order_lines.order_row = orders.id
LEFT JOIN products ON products.sku = order_lines.sku
WHERE orders.amount >= 0 AND orders.refund_of IS NULL
    AND orders.ordered_at >= :since AND orders.ordered_at < :until
    AND coalesce(CASE :by WHEN 'department' THEN products.category ELSE order_lines.sku END, '') <> ''
