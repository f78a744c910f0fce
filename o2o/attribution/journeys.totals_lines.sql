-- All lines of the period less those cancelled whole, and what they came to less what was taken back from them.
SELECT
    (SELECT coalesce(sum(delta), 0) FROM (
        -- include legs: attribution/journeys.legs_lines
    ) AS legs) AS conversions,
    (
        SELECT coalesce(sum(order_lines.amount), 0)
        FROM orders
        JOIN order_lines ON order_lines.order_row = orders.id
        WHERE orders.ordered_at >= :since AND orders.ordered_at < :until
    ) - (
        SELECT coalesce(sum(taken), 0) FROM (
            -- include takings: attribution/journeys.takings
        ) AS takings
        WHERE lined = 0 AND at >= :since AND at < :until
    ) AS revenue
