-- The merchant's own columns, and what precedes each as a field of templates.
SELECT DISTINCT '' AS prefix, own.key FROM products, json_each(products.extra) AS own WHERE extra <> '{}'
UNION
SELECT '', own.key FROM people, json_each(people.extra) AS own WHERE extra <> '{}'
UNION
SELECT '', own.key FROM places, json_each(places.extra) AS own WHERE extra <> '{}'
UNION
SELECT 'store_', own.key FROM stores, json_each(stores.extra) AS own WHERE extra <> '{}'
UNION
SELECT 'campaign_', own.key FROM campaigns, json_each(campaigns.extra) AS own WHERE extra <> '{}'
