-- By store, product and hour of the week (0: Monday from 0 to 1 o'clock): how many milliseconds lay up
-- to :after behind a scan, how many sales came then and in all, and their money; and when the first and the last was.
WITH product_scans AS (
    -- include product_scans: analytics/walk_ins.scans
),
product_sales AS (
    -- include product_sales: analytics/walk_ins.sales
),
followed AS (
    SELECT store_id, sku, at, lead(at) OVER (PARTITION BY store_id, sku ORDER BY at) AS following
    FROM product_scans
),
segments AS (
    SELECT
        store_id,
        sku,
        at,
        at / 3600000 AS hour,
        3600000 - at % 3600000 AS rest,
        CASE WHEN following IS NULL OR following - at > :after THEN :after ELSE following - at END AS length
    FROM followed
),
events AS (
    SELECT store_id, sku, at, 0 AS sale, 0 AS amount FROM product_scans
    UNION ALL
    SELECT store_id, sku, at, 1, amount FROM product_sales
),
marked AS (
    SELECT
        store_id,
        sku,
        at,
        sale,
        amount,
        max(CASE WHEN sale = 0 THEN at END) OVER (
            PARTITION BY store_id, sku ORDER BY at, sale ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS scanned
    FROM events
),
parts AS (
    SELECT
        store_id, sku, hour, CASE WHEN length < rest THEN length ELSE rest END AS covered,
        0 AS behind, 0 AS sales, 0 AS amount
    FROM segments
    UNION ALL
    SELECT store_id, sku, hour + 1, length - rest, 0, 0, 0 FROM segments WHERE length > rest
    UNION ALL
    SELECT
        store_id,
        sku,
        at / 3600000,
        0,
        CASE WHEN scanned IS NOT NULL AND at - scanned < :after THEN 1 ELSE 0 END,
        1,
        amount
    FROM marked
    WHERE sale = 1
)
SELECT
    store_id,
    sku,
    (hour - 96) % 168 AS hour_of_week,
    sum(covered) AS covered,
    sum(behind) AS behind,
    sum(sales) AS sales,
    sum(amount) AS amount,
    min(hour) AS first_hour,
    max(hour) AS last_hour
FROM parts
GROUP BY store_id, sku, (hour - 96) % 168
ORDER BY store_id, sku, hour_of_week
