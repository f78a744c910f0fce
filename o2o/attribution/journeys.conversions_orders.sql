-- Orders, refunds aside.
SELECT
    id AS conversion, ordered_at AS at, store_id, customer, visitor, scan_id, CAST(NULL AS TEXT) AS sku
FROM orders
WHERE amount >= 0 AND refund_of IS NULL
