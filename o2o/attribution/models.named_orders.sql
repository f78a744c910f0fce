-- Orders as the merchant knows them.
SELECT id AS conversion, order_id AS name, store_id, ordered_at AS at FROM orders
