-- The lots of a product that may be on sale on a day: made by then, not expired; what expires first comes first.
SELECT sku, lot, produced, expires, origin, certificate_url, extra
FROM lots
WHERE sku = :sku AND (expires IS NULL OR expires >= :on) AND (produced IS NULL OR produced <= :on)
ORDER BY expires IS NULL, expires, produced, lot
