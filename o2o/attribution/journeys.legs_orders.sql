-- What the orders and refunds of a period do to conversions and money: the order adds itself; a refund takes back what
-- is refunded by then (sign -1) and gives back what was before it (sign 1), so that shares rounded to whole minor units
-- end at nothing when the order does. It takes the count back when the order is cancelled whole by it. The + keeps SQLite
-- from an index: all orders are read in their order sooner than many are looked up one by one.
WITH refunds AS (
    SELECT
        sale.id AS conversion,
        refund.ordered_at AS at,
        refund.id AS part,
        sale.amount,
        sum(-refund.amount) OVER done AS refunded,
        sum(-refund.amount) OVER done + refund.amount AS refunded_before,
        row_number() OVER done AS number
    FROM orders AS refund
    JOIN orders AS sale
        ON coalesce(sale.store_id, '') = coalesce(refund.store_id, '') AND sale.order_id = refund.refund_of
    WHERE refund.refund_of IS NOT NULL AND sale.refund_of IS NULL AND sale.amount >= 0
    WINDOW done AS (PARTITION BY sale.id ORDER BY refund.ordered_at, refund.id ROWS UNBOUNDED PRECEDING)
)
SELECT id AS conversion, 0 AS part, 1 AS sign, amount, 1 AS delta
FROM orders
WHERE amount >= 0 AND refund_of IS NULL AND +ordered_at >= :since AND +ordered_at < :until
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
