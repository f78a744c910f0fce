-- No conversions, in place of identities that a shop has none of.
SELECT 0 AS conversion, 0 AS at, CAST(NULL AS TEXT) AS customer, CAST(NULL AS TEXT) AS own, CAST(NULL AS INTEGER) AS visitor_id
FROM settings
WHERE 1 = 0
