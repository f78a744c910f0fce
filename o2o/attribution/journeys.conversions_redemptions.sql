-- Redeemed coupons; an id that the coupon system doesn't tell is that of the order which it names.
SELECT
    redemptions.id AS conversion,
    redemptions.redeemed_at AS at,
    redemptions.store_id,
    coalesce(redemptions.customer, orders.customer) AS customer,
    coalesce(redemptions.visitor, orders.visitor) AS visitor,
    coalesce(redemptions.scan_id, orders.scan_id) AS scan_id,
    CAST(NULL AS TEXT) AS sku
FROM redemptions
LEFT JOIN orders
    ON orders.order_id = redemptions.order_id AND coalesce(orders.store_id, '') = coalesce(redemptions.store_id, '')
