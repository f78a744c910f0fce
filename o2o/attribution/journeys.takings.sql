-- What refunds take back from the lines of their orders. One with lines of its own takes from those of the same product,
-- the first line first; one without takes the same part of each, and whatever is left once the order is paid back
-- whole. Large amounts are taken in units of scale, so that their product fits 64 bits.
WITH refunds AS (
    SELECT
        sale.id AS sale,
        sale.amount AS paid,
        refund.id AS part,
        refund.ordered_at AS at,
        -refund.amount AS back,
        CASE WHEN refund.id IN (SELECT order_row FROM order_lines) THEN 1 ELSE 0 END AS lined
    FROM orders AS refund
    JOIN orders AS sale
        ON coalesce(sale.store_id, '') = coalesce(refund.store_id, '') AND sale.order_id = refund.refund_of
    WHERE refund.refund_of IS NOT NULL AND sale.refund_of IS NULL AND sale.amount >= 0
),
sold AS (
    SELECT
        order_row AS sale,
        order_row * 1048576 + line AS conversion,
        sku,
        amount,
        abs(amount) AS size,
        sum(CASE WHEN amount > 0 THEN amount ELSE 0 END) OVER (
            PARTITION BY order_row, sku ORDER BY line ROWS UNBOUNDED PRECEDING
        ) AS running
    FROM order_lines
    WHERE order_row IN (SELECT sale FROM refunds)
),
whole AS (
    SELECT sale, paid, part, at, sum(back) OVER done AS back, sum(back) OVER done - back AS back_before
    FROM refunds
    WHERE lined = 0
    WINDOW done AS (PARTITION BY sale ORDER BY at, part ROWS UNBOUNDED PRECEDING)
),
portions AS (
    SELECT
        sold.conversion,
        sold.amount,
        sold.size,
        whole.part,
        whole.at,
        whole.paid,
        whole.back,
        whole.back_before,
        CASE
            WHEN whole.paid = 0 OR sold.size <= 4611686018427387904 / whole.paid THEN 1
            WHEN sold.size > whole.paid THEN 1 + sold.size / 2147483648
            ELSE 1 + whole.paid / 2147483648
        END AS scale
    FROM whole
    JOIN sold ON sold.sale = whole.sale
),
shares AS (
    SELECT
        conversion,
        amount,
        part,
        at,
        CASE WHEN back >= paid THEN size ELSE size / scale * (back / scale) / (paid / scale) * scale END AS taken,
        CASE
            WHEN back_before = 0 THEN 0
            WHEN back_before >= paid THEN size
            ELSE size / scale * (back_before / scale) / (paid / scale) * scale
        END AS taken_before
    FROM portions
    WHERE back >= 0 AND (size > 0 OR back >= paid)
),
returned AS (
    SELECT refunds.sale, refunds.part, refunds.at, order_lines.sku, -sum(order_lines.amount) AS back
    FROM refunds
    JOIN order_lines ON order_lines.order_row = refunds.part
    GROUP BY refunds.sale, refunds.part, refunds.at, order_lines.sku
),
returns AS (
    SELECT sale, sku, part, at, sum(back) OVER done AS back, sum(back) OVER done - back AS back_before
    FROM returned
    WINDOW done AS (PARTITION BY sale, sku ORDER BY at, part ROWS UNBOUNDED PRECEDING)
),
pieces AS (
    SELECT
        sold.conversion,
        sold.amount,
        returns.part,
        returns.at,
        returns.back - (sold.running - sold.amount) AS back,
        returns.back_before - (sold.running - sold.amount) AS back_before
    FROM returns
    JOIN sold ON sold.sale = returns.sale AND sold.sku = returns.sku
    WHERE sold.amount >= 0
)
SELECT
    conversion,
    part,
    at,
    amount,
    CASE WHEN amount < 0 THEN taken_before - taken ELSE taken - taken_before END AS taken
FROM shares
UNION ALL
SELECT
    conversion,
    part,
    at,
    amount,
    CASE WHEN back < 0 THEN 0 WHEN back < amount THEN back ELSE amount END
    - CASE WHEN back_before < 0 THEN 0 WHEN back_before < amount THEN back_before ELSE amount END
FROM pieces
