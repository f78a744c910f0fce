-- What the order lines of a period and the refunds in it do to conversions and money, as journeys.legs_orders says.
WITH refunds AS (
    SELECT
        conversion,
        at,
        part,
        amount,
        sum(taken) OVER done AS refunded,
        sum(taken) OVER done - taken AS refunded_before,
        row_number() OVER done AS number
    FROM (
        -- include takings: attribution/journeys.takings
    ) AS takings
    WHERE amount = 0 OR (amount > 0 AND taken > 0)
    WINDOW done AS (PARTITION BY conversion ORDER BY at, part ROWS UNBOUNDED PRECEDING)
)
SELECT
    order_lines.order_row * 1048576 + order_lines.line AS conversion,
    0 AS part,
    1 AS sign,
    order_lines.amount,
    1 AS delta
FROM orders
JOIN order_lines ON order_lines.order_row = orders.id
WHERE orders.amount >= 0 AND orders.refund_of IS NULL AND order_lines.amount >= 0
    AND orders.ordered_at >= :since AND orders.ordered_at < :until
UNION ALL
SELECT
    conversion,
    part,
    -1,
    CASE WHEN refunded < amount THEN refunded ELSE amount END,
    CASE WHEN refunded >= amount AND (refunded_before < amount OR number = 1) THEN -1 ELSE 0 END
FROM refunds
WHERE at >= :since AND at < :until
UNION ALL
SELECT conversion, -part, 1, CASE WHEN refunded_before < amount THEN refunded_before ELSE amount END, 0
FROM refunds
WHERE at >= :since AND at < :until AND refunded_before > 0
