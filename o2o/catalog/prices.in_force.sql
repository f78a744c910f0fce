-- Which price holds (:asked: JSON list of [sku, store_id, since, until]; store_id '' asks for the chain's): a row at
-- since and at each instant before until at which something begins or ends.
-- All that is in force lies on a stack: the store's own above the chain's, then what began later above what began
-- earlier, then a price list above the assortment or the product master. From the top down, price and promo_price are
-- the first that there are, each for itself; member_price is the first not below the price that holds.
-- What is said of the chain is said in days: in a store of another time zone they are the days of the store.
WITH asked AS MATERIALIZED (
    SELECT
        key AS number, value ->> 0 AS sku, value ->> 1 AS store_id, value ->> 2 AS since, value ->> 3 AS until
    FROM json_each(:asked)
),
subjects AS MATERIALIZED (
    SELECT
        sku, store_id, min(since) AS since, max(until) AS until, settings.value AS chain_zone,
        nullif(nullif(stores.timezone, settings.value), '') AS zone
    FROM asked
    LEFT JOIN stores USING (store_id)
    LEFT JOIN settings ON settings.name = 'timezone'
    GROUP BY sku, store_id
),
shelves AS (
    SELECT
        store_id, sku, label, valid_from, valid_to, price, member_price, since, until,
        price IS lag(price) OVER spot AND member_price IS lag(member_price) OVER spot
            AND valid_from IS lag(valid_to) OVER spot AS goes_on
    FROM subjects
    CROSS JOIN assortment USING (store_id, sku)
    WINDOW spot AS (PARTITION BY store_id, sku, label ORDER BY valid_from)
),
tags AS (
    -- a product that moves within its store keeps the price that it has: that price began when it was first said
    SELECT
        *, max(iif(goes_on, NULL, valid_from)) OVER (PARTITION BY store_id, sku, label ORDER BY valid_from) AS begun
    FROM shelves
),
said AS (
    SELECT
        sku, subjects.store_id, since, until, prices.store_id <> '' AS is_own, source,
        price, member_price, promo_price,
        iif(
            prices.store_id = '' AND zone IS NOT NULL AND valid_from > 0,
            same_time(valid_from, chain_zone, zone), valid_from
        ) AS valid_from,
        iif(
            prices.store_id = '' AND zone IS NOT NULL AND valid_to IS NOT NULL,
            same_time(valid_to, chain_zone, zone), valid_to
        ) AS valid_to
    FROM subjects
    CROSS JOIN prices USING (sku)
    -- no clock is two days from another
    WHERE prices.store_id IN ('', subjects.store_id)
        AND valid_from < until + 172800000 AND (valid_to IS NULL OR valid_to > since - 172800000)
),
offers AS MATERIALIZED (
    -- height on the stack as one number: own or not, since when, listed or not
    SELECT
        sku, store_id, (1 << 62) + 2 * begun AS height, begun, valid_from, valid_to,
        price, member_price, NULL AS promo_price
    FROM tags
    WHERE valid_from < until AND (valid_to IS NULL OR valid_to > since)
    UNION ALL
    SELECT
        sku, store_id, (is_own << 62) + 2 * valid_from + (source = 'list'),
        valid_from, valid_from, valid_to, price, member_price, promo_price
    FROM said
    WHERE valid_from < until AND (valid_to IS NULL OR valid_to > since)
),
instants AS (
    SELECT number, sku, store_id, since AS at FROM asked
    UNION
    SELECT number, sku, store_id, valid_from
    FROM asked
    JOIN offers USING (sku, store_id)
    WHERE valid_from > since AND valid_from < until
    UNION
    SELECT number, sku, store_id, valid_to
    FROM asked
    JOIN offers USING (sku, store_id)
    WHERE valid_to > since AND valid_to < until
),
stack AS (
    SELECT
        number, at, height, begun, valid_to AS ends, price, member_price, promo_price,
        max(height) FILTER (WHERE price IS NOT NULL) OVER instant AS price_height,
        max(height) FILTER (WHERE member_price IS NOT NULL) OVER instant AS member_height,
        max(height) FILTER (WHERE promo_price IS NOT NULL) OVER instant AS promo_height
    FROM instants
    LEFT JOIN offers
        ON offers.sku = instants.sku AND offers.store_id = instants.store_id
        AND valid_from <= at AND (valid_to IS NULL OR valid_to > at)
    WINDOW instant AS (PARTITION BY number, at)
),
found AS (
    SELECT
        number, at,
        max(price) FILTER (WHERE height = price_height) AS price,
        max(member_price) FILTER (WHERE height = member_height AND height >= coalesce(price_height, 0))
            AS member_price,
        max(promo_price) FILTER (WHERE height = promo_height) AS promo_price,
        max(begun) FILTER (WHERE height = promo_height) AS promo_from,
        max(ends) FILTER (WHERE height = promo_height) AS promo_to
    FROM stack
    GROUP BY number, at
)
-- a promotion that saves nothing is none
SELECT
    number, at, price, member_price,
    iif(promo_price < price, promo_price, NULL) AS promo_price,
    iif(promo_price < price, promo_from, NULL) AS promo_from,
    iif(promo_price < price, promo_to, NULL) AS promo_to
FROM found
ORDER BY number, at
