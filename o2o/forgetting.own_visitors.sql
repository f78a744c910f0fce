-- Visitors that were seen to be one of the customers :names (JSON), and nobody else.
WITH links AS (
    SELECT visitors.visitor, visitor_customers.customer
    FROM visitor_customers
    JOIN visitors ON visitors.id = visitor_customers.visitor_id
    UNION
    SELECT visitor, customer FROM orders WHERE visitor IS NOT NULL AND customer IS NOT NULL
    UNION
    SELECT visitor, customer FROM redemptions WHERE visitor IS NOT NULL AND customer IS NOT NULL
    UNION
    SELECT visitors.visitor, page_views.customer
    FROM page_views
    JOIN visitors ON visitors.id = page_views.visitor_id
    WHERE page_views.customer IS NOT NULL
)
SELECT visitor FROM links
GROUP BY visitor
HAVING min(customer IN (SELECT value FROM json_each(:names)))
