-- Redeemed coupons by their serial.
SELECT id AS conversion, serial AS name FROM redemptions
