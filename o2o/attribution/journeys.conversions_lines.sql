-- Lines of orders, refunds and what takes money off aside: the product that was bought, by whoever ordered.
SELECT
    order_lines.order_row * 1048576 + order_lines.line AS conversion,
    orders.ordered_at AS at,
    orders.store_id,
    orders.customer,
    orders.visitor,
    orders.scan_id,
    order_lines.sku
FROM orders
JOIN order_lines ON order_lines.order_row = orders.id
WHERE orders.amount >= 0 AND orders.refund_of IS NULL AND order_lines.amount >= 0
