-- All lines of the period less those cancelled whole, and the till's total: what no line tells of it is unattributed.
SELECT
    (SELECT coalesce(sum(delta), 0) FROM (
        -- include legs: attribution/journeys.legs_lines
    ) AS legs) AS conversions,
    (SELECT coalesce(sum(amount), 0) FROM orders WHERE ordered_at >= :since AND ordered_at < :until) AS revenue
