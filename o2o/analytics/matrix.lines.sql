-- Which products, or (:row) departments, each order holds, each once.
SELECT DISTINCT
    order_lines.order_row AS conversion,
    CASE :row WHEN 'department' THEN products.category ELSE order_lines.sku END AS item
FROM order_lines
LEFT JOIN products ON products.sku = order_lines.sku
WHERE coalesce(CASE :row WHEN 'department' THEN products.category ELSE order_lines.sku END, '') <> ''
