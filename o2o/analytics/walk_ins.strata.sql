-- By store, product and hour of the week (0: Monday from 0 to 1 o'clock): how many milliseconds lay up to :after behind
-- a scan, how many sales came then and in all, and their money; and when the first and the last was.
-- Each scan closes the time behind the one before it; a row beyond the end closes that of the last.
WITH signs AS (
    -- include signs: analytics/walk_ins.signs
),
product_scans AS (
    -- include product_scans: analytics/walk_ins.scans
),
product_sales AS (
    -- include product_sales: analytics/walk_ins.sales
),
events AS (
    SELECT pair, at, 0 AS sale, 0 AS amount FROM product_scans
    UNION ALL
    SELECT pair, at, 1, amount FROM product_sales
    UNION ALL
    SELECT DISTINCT pair, :last + 172800000, 0, 0 FROM signs
),
marked AS MATERIALIZED (
    SELECT
        pair,
        at,
        sale,
        amount,
        max(CASE WHEN sale = 0 THEN at END) OVER (
            PARTITION BY pair ORDER BY at, sale ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS scanned
    FROM events
),
segments AS MATERIALIZED (
    SELECT
        pair,
        scanned / 3600000 AS hour,
        3600000 - scanned % 3600000 AS rest,
        CASE WHEN at - scanned > :after THEN :after ELSE at - scanned END AS length
    FROM marked
    WHERE sale = 0 AND scanned IS NOT NULL
),
parts AS (
    SELECT
        pair, hour, CASE WHEN length < rest THEN length ELSE rest END AS covered, 0 AS behind, 0 AS sales, 0 AS amount
    FROM segments
    UNION ALL
    SELECT pair, hour + 1, length - rest, 0, 0, 0 FROM segments WHERE length > rest
    UNION ALL
    SELECT
        pair, at / 3600000, 0, CASE WHEN scanned IS NOT NULL AND at - scanned < :after THEN 1 ELSE 0 END, 1, amount
    FROM marked
    WHERE sale = 1
),
strata AS (
    SELECT
        pair,
        (hour - 96) % 168 AS hour_of_week,
        sum(covered) AS covered,
        sum(behind) AS behind,
        sum(sales) AS sales,
        sum(amount) AS amount,
        min(hour) AS first_hour,
        max(hour) AS last_hour
    FROM parts
    GROUP BY pair, (hour - 96) % 168
),
pairs AS (
    SELECT DISTINCT pair, store_id, sku FROM signs
)
SELECT
    pairs.store_id,
    pairs.sku,
    strata.hour_of_week,
    strata.covered,
    strata.behind,
    strata.sales,
    strata.amount,
    strata.first_hour,
    strata.last_hour
FROM strata
JOIN pairs ON pairs.pair = strata.pair
ORDER BY strata.pair, strata.hour_of_week
