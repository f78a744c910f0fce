-- What is said of prices (:asked: JSON list of [sku, store_id]; store_id '' asks for the chain's) that may hold at some
-- time from :since until :until: number, is_own, valid_from, is_list, valid_to, price, member_price, promo_price, label.
-- Of the assortment, what held before as well; of price lists and the product master what is two days off, for no clock
-- is two days from another. o2o.catalog.prices has the rule which of them holds.
WITH asked AS (
    SELECT key AS number, value ->> 0 AS sku, value ->> 1 AS store_id
    FROM json_each(:asked)
)
SELECT number, 1 AS is_own, valid_from, 0 AS is_list, valid_to, price, member_price, NULL AS promo_price, label
FROM asked
CROSS JOIN assortment USING (store_id, sku)
WHERE valid_from < :until
UNION ALL
SELECT
    number, prices.store_id <> '' AS is_own, valid_from, source = 'list' AS is_list, valid_to,
    price, member_price, promo_price, NULL AS label
FROM asked
CROSS JOIN prices USING (sku)
WHERE prices.store_id IN ('', asked.store_id)
    AND valid_from < :until + 172800000 AND (valid_to IS NULL OR valid_to > :since - 172800000)
