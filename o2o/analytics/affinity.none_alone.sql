-- No lone scans, where baskets are orders.
SELECT '' AS item, 0 AS baskets
FROM settings
WHERE 1 = 0
