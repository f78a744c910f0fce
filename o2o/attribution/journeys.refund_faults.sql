-- Refunds of the period that can't be taken from an order, in whole or in part: their money is unattributed.
WITH refunds AS (
    SELECT
        refund.order_id,
        refund.ordered_at,
        refund.refund_of,
        sale.amount,
        sum(-refund.amount) OVER (PARTITION BY sale.id ORDER BY refund.ordered_at, refund.id) AS refunded
    FROM orders AS refund
    LEFT JOIN orders AS sale
        ON coalesce(sale.store_id, '') = coalesce(refund.store_id, '') AND sale.order_id = refund.refund_of
        AND sale.refund_of IS NULL AND sale.amount >= 0
    WHERE refund.amount < 0
)
SELECT
    CASE
        WHEN refund_of IS NULL THEN 'nameless'
        WHEN amount IS NULL THEN 'unknown'
        ELSE 'oversized'
    END AS fault,
    count(*) AS refunds,
    min(order_id) AS example
FROM refunds
WHERE ordered_at >= :since AND ordered_at < :until AND (refund_of IS NULL OR amount IS NULL OR refunded > amount)
GROUP BY 1
ORDER BY 1
