-- Lines by the number of their order and their own: 4711#2.
SELECT
    order_lines.order_row * 1048576 + order_lines.line AS conversion,
    orders.order_id || '#' || CAST(order_lines.line AS TEXT) AS name
FROM order_lines
JOIN orders ON orders.id = order_lines.order_row
