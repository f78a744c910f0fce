-- What the redeemed coupons of a period do to conversions and money: each adds itself and what it took off.
SELECT id AS conversion, 0 AS part, 1 AS sign, CASE WHEN value > 0 THEN value ELSE 0 END AS amount, 1 AS delta
FROM redemptions
WHERE redeemed_at >= :since AND redeemed_at < :until
