SELECT lots.sku, lot, produced, expires, lots.origin, certificate_url, lots.extra, products.retired_at
FROM lots
JOIN products ON products.sku = lots.sku
WHERE products.retired_at IS NULL OR products.retired_at > :at OR :retired
ORDER BY lots.sku, lot
