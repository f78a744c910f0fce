-- Redeemed coupons of each store by :bucket milliseconds.
SELECT store_id, redeemed_at / :bucket AS bucket, count(*) AS redemptions
FROM redemptions
WHERE redeemed_at >= :since AND redeemed_at < :until AND store_id IS NOT NULL
GROUP BY store_id, redeemed_at / :bucket
