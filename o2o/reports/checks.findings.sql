-- What is wrong with the catalogue at :now as far as SQL can tell: rule, kind, id, name, and a fact of the rule.
-- With :store_id what is wrong with that store, what it carries, and its people, places and touchpoints.
WITH gone_stores AS MATERIALIZED (
    SELECT store_id FROM stores WHERE retired_at <= :now
),
gone_products AS MATERIALIZED (
    SELECT sku FROM products WHERE retired_at <= :now
),
on_sale AS NOT MATERIALIZED (
    SELECT * FROM assortment
    WHERE valid_from <= :now AND (valid_to IS NULL OR valid_to > :now)
        AND (:store_id IS NULL OR store_id = :store_id)
),
goods AS MATERIALIZED (
    SELECT sku, name, spec, gtin, price, member_price
    FROM products
    WHERE (retired_at IS NULL OR retired_at > :now)
        AND (:store_id IS NULL OR sku IN (SELECT sku FROM on_sale))
),
staff AS (
    SELECT * FROM people
    WHERE (retired_at IS NULL OR retired_at > :now) AND (:store_id IS NULL OR store_id = :store_id)
),
spots AS (
    SELECT * FROM places
    WHERE (retired_at IS NULL OR retired_at > :now) AND (:store_id IS NULL OR store_id = :store_id)
),
marks AS (
    SELECT * FROM touchpoints
    WHERE (retired_at IS NULL OR retired_at > :now) AND (:store_id IS NULL OR store_id = :store_id)
),
listed AS (
    SELECT * FROM prices
    WHERE valid_from <= :now AND (valid_to IS NULL OR valid_to > :now)
        AND (:store_id IS NULL OR store_id IN ('', :store_id))
),
chain_priced AS MATERIALIZED (
    SELECT sku FROM products WHERE price IS NOT NULL
    UNION
    SELECT sku FROM listed WHERE store_id = '' AND price IS NOT NULL
)
SELECT 'retired_store' AS rule, 'people' AS kind, person_id AS id, name, store_id AS fact
FROM staff WHERE store_id IN gone_stores
UNION ALL
SELECT 'retired_store', 'places', place_id, name, store_id
FROM spots WHERE store_id IN gone_stores
UNION ALL
SELECT 'retired_store', 'stores', on_sale.store_id, stores.name, count(*) || ' assortment'
FROM on_sale JOIN stores USING (store_id)
WHERE on_sale.store_id IN gone_stores
GROUP BY on_sale.store_id
UNION ALL
SELECT 'retired_product', 'products', sku, products.name, count(*)
FROM on_sale JOIN products USING (sku)
WHERE sku IN gone_products AND store_id NOT IN gone_stores
GROUP BY sku
UNION ALL
SELECT 'lost_touchpoint', 'touchpoints', code, subject_id, kind
FROM marks
WHERE CASE kind
    WHEN 'person' THEN subject_id NOT IN (SELECT person_id FROM people WHERE retired_at IS NULL OR retired_at > :now)
    WHEN 'product' THEN subject_id NOT IN (SELECT sku FROM products WHERE retired_at IS NULL OR retired_at > :now)
    ELSE subject_id NOT IN (SELECT place_id FROM places WHERE retired_at IS NULL OR retired_at > :now)
END OR store_id IN gone_stores
UNION ALL
SELECT 'no_price', 'products', sku, goods.name, count(*)
FROM on_sale JOIN goods USING (sku)
WHERE on_sale.price IS NULL AND sku NOT IN chain_priced AND store_id NOT IN gone_stores
    AND NOT EXISTS (
        SELECT 1 FROM listed
        WHERE listed.sku = on_sale.sku AND listed.store_id = on_sale.store_id AND listed.price IS NOT NULL
    )
GROUP BY sku
UNION ALL
SELECT 'no_price', 'products', sku, name, 0
FROM goods
WHERE :store_id IS NULL AND sku NOT IN chain_priced AND sku NOT IN (SELECT sku FROM on_sale)
UNION ALL
SELECT 'zero_price', 'products', sku, name, ''
FROM goods
WHERE price = 0 OR member_price = 0
    OR sku IN (SELECT sku FROM on_sale WHERE price = 0 OR member_price = 0)
    OR sku IN (SELECT sku FROM listed WHERE price = 0 OR member_price = 0 OR promo_price = 0)
UNION ALL
SELECT 'member_above_price', 'products', sku, name, ''
FROM goods
WHERE member_price > price
    OR sku IN (SELECT sku FROM on_sale WHERE member_price > price)
    OR sku IN (SELECT sku FROM listed WHERE member_price > price)
UNION ALL
SELECT 'same_name', 'products', min(sku), name, group_concat(sku, ', ')
FROM goods
GROUP BY name, spec HAVING count(*) > 1
UNION ALL
SELECT 'same_barcode', 'products', min(sku), min(goods.name), group_concat(sku, ', ')
FROM barcodes JOIN goods USING (sku)
WHERE number <> ''
GROUP BY number HAVING count(*) > 1
UNION ALL
SELECT 'no_barcode', 'products', sku, name, ''
FROM goods WHERE gtin = ''
UNION ALL
SELECT 'odd_barcode', 'products', sku, goods.name, barcode
FROM barcodes JOIN goods USING (sku)
WHERE form IN ('in_store', 'plu', 'scale', 'wrong_check_digit', 'text')
UNION ALL
SELECT 'no_store', 'people', person_id, name, ''
FROM staff WHERE store_id IS NULL
UNION ALL
SELECT 'no_dates', 'campaigns', campaign_id, name, ''
FROM campaigns
WHERE :store_id IS NULL AND (retired_at IS NULL OR retired_at > :now) AND (starts_at IS NULL OR ends_at IS NULL)
UNION ALL
SELECT 'no_cost', 'campaigns', campaign_id, name, ''
FROM campaigns
WHERE :store_id IS NULL AND (retired_at IS NULL OR retired_at > :now) AND cost IS NULL
