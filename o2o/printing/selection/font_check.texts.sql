-- Every text of who and what is there at :now that a template may show: of what, in which column.
SELECT 'product' AS kind, sku AS id, 'name' AS field, name AS text
FROM products WHERE retired_at IS NULL OR retired_at > :now
UNION ALL
SELECT 'product', sku, 'spec', spec FROM products WHERE spec <> '' AND (retired_at IS NULL OR retired_at > :now)
UNION ALL
SELECT 'product', sku, 'unit', unit FROM products WHERE unit <> '' AND (retired_at IS NULL OR retired_at > :now)
UNION ALL
SELECT 'product', sku, 'origin', origin FROM products WHERE origin <> '' AND (retired_at IS NULL OR retired_at > :now)
UNION ALL
SELECT 'product', sku, 'category', category
FROM products WHERE category <> '' AND (retired_at IS NULL OR retired_at > :now)
UNION ALL
SELECT 'product', sku, own.key, own.value
FROM products, json_each(products.extra) AS own
WHERE extra <> '{}' AND (retired_at IS NULL OR retired_at > :now)
UNION ALL
SELECT 'person', person_id, 'name', name FROM people WHERE retired_at IS NULL OR retired_at > :now
UNION ALL
SELECT 'person', person_id, 'role', role FROM people WHERE role <> '' AND (retired_at IS NULL OR retired_at > :now)
UNION ALL
SELECT 'person', person_id, own.key, own.value
FROM people, json_each(people.extra) AS own
WHERE extra <> '{}' AND (retired_at IS NULL OR retired_at > :now)
UNION ALL
SELECT 'place', place_id, 'name', name FROM places WHERE retired_at IS NULL OR retired_at > :now
UNION ALL
SELECT 'place', place_id, 'zone', zone FROM places WHERE zone <> '' AND (retired_at IS NULL OR retired_at > :now)
UNION ALL
SELECT 'place', place_id, own.key, own.value
FROM places, json_each(places.extra) AS own
WHERE extra <> '{}' AND (retired_at IS NULL OR retired_at > :now)
UNION ALL
SELECT 'store', store_id, 'name', name FROM stores WHERE retired_at IS NULL OR retired_at > :now
UNION ALL
SELECT 'store', store_id, 'city', city FROM stores WHERE city <> '' AND (retired_at IS NULL OR retired_at > :now)
UNION ALL
SELECT 'store', store_id, own.key, own.value
FROM stores, json_each(stores.extra) AS own
WHERE extra <> '{}' AND (retired_at IS NULL OR retired_at > :now)
UNION ALL
SELECT 'campaign', campaign_id, 'name', name FROM campaigns
UNION ALL
SELECT 'setting', name, 'value', value FROM settings WHERE name = 'slogan'
