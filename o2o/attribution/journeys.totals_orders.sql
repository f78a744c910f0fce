-- The till's total of the period: orders less those cancelled whole, and all that was paid less all that was paid back.
SELECT
    (SELECT coalesce(sum(delta), 0) FROM (
        -- include legs: attribution/journeys.legs_orders
    )) AS conversions,
    (SELECT coalesce(sum(amount), 0) FROM orders WHERE +ordered_at >= :since AND +ordered_at < :until) AS revenue
