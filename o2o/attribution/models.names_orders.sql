-- Orders by their number.
SELECT id AS conversion, order_id AS name FROM orders
