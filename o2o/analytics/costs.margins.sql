-- Of each credited order what its goods were sold for, how much of that is of goods whose cost is known, and their cost
-- on the day of the order.
WITH sold AS (
    SELECT
        order_lines.order_row,
        order_lines.line,
        order_lines.sku,
        order_lines.quantity,
        order_lines.amount,
        orders.amount AS order_amount,
        orders.ordered_at
    FROM order_lines
    JOIN orders ON orders.id = order_lines.order_row
    WHERE orders.amount > 0 AND order_lines.amount > 0 AND order_lines.order_row IN (
        SELECT conversion
        FROM (
            -- include journeys: attribution/journeys.keyed
        ) AS journeys
    )
),
dated AS (
    SELECT sold.order_row, sold.line, former.cost
    FROM sold
    JOIN (
        -- include former_costs: analytics/cost_prices.none
    ) AS former ON former.sku = sold.sku AND former.since <= sold.ordered_at AND former.until > sold.ordered_at
),
priced AS (
    SELECT
        sold.order_row,
        sold.order_amount,
        sold.amount,
        sold.quantity,
        CASE WHEN dated.order_row IS NULL THEN products.cost_price ELSE dated.cost END AS cost_price
    FROM sold
    LEFT JOIN products ON products.sku = sold.sku
    LEFT JOIN dated ON dated.order_row = sold.order_row AND dated.line = sold.line
)
SELECT
    order_row AS conversion,
    order_amount AS amount,
    sum(amount) AS sold,
    sum(CASE WHEN cost_price IS NULL THEN 0 ELSE amount END) AS costed,
    sum(CASE WHEN cost_price IS NULL THEN 0.0 ELSE quantity * cost_price END) AS cost
FROM priced
GROUP BY order_row, order_amount
