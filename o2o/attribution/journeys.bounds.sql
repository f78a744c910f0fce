-- When the first and the last order was, and the time zones of stores.
SELECT stores.zone, orders.earliest, orders.latest
FROM (SELECT min(ordered_at) AS earliest, max(ordered_at) AS latest FROM orders) AS orders
CROSS JOIN (SELECT DISTINCT timezone AS zone FROM stores UNION SELECT '') AS stores
