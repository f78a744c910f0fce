-- Of each credited order what its goods were sold for, how much of that is of goods whose cost is known, and their cost.
SELECT
    order_lines.order_row AS conversion,
    orders.amount,
    sum(order_lines.amount) AS sold,
    sum(CASE WHEN products.cost_price IS NULL THEN 0 ELSE order_lines.amount END) AS costed,
    sum(CASE WHEN products.cost_price IS NULL THEN 0.0 ELSE order_lines.quantity * products.cost_price END) AS cost
FROM order_lines
JOIN orders ON orders.id = order_lines.order_row
LEFT JOIN products ON products.sku = order_lines.sku
WHERE orders.amount > 0 AND order_lines.amount > 0 AND order_lines.order_row IN (
    SELECT conversion
    FROM (
        -- include journeys: attribution/journeys.keyed
    ) AS journeys
)
GROUP BY order_lines.order_row, orders.amount
