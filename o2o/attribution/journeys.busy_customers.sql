-- Customers with too many orders a day, the busiest first.
SELECT customer, orders
FROM (
    -- include busy: attribution/journeys.busy
) AS busy
ORDER BY orders DESC, customer
