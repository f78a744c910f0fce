-- Baskets of the items that are in enough of them, by number.
SELECT baskets.basket, items.number
FROM (
    -- include baskets: analytics/affinity.scanned_together
) AS baskets
JOIN (
    -- include items: analytics/affinity.items
) AS items ON items.item = baskets.item
