-- How many visitors with counted scans within reach are linked to a customer, by the surest that says so, and how many
-- have too many customers.
WITH seen AS (
    SELECT visitor_id
    FROM scans
    WHERE verdict = 'human' AND visitor_id IS NOT NULL
    GROUP BY visitor_id
    HAVING max(CASE WHEN scanned_at >= :since - :window AND scanned_at < :until THEN 1 ELSE 0 END) = 1
),
linked AS (
    SELECT visitor_id, min(source) AS source, max(customers) AS customers
    FROM (
        -- include links: attribution/journeys.links
    ) AS links
    WHERE visitor_id IS NOT NULL
    GROUP BY visitor_id
),
found AS (
    SELECT CASE WHEN linked.customers > :shared THEN 0 ELSE linked.source END AS source
    FROM seen
    LEFT JOIN linked ON linked.visitor_id = seen.visitor_id
)
SELECT
    count(*) AS visitors,
    count(CASE source WHEN 1 THEN 1 END) AS by_click,
    count(CASE source WHEN 2 THEN 1 END) AS by_order,
    count(CASE source WHEN 3 THEN 1 END) AS by_redemption,
    count(CASE source WHEN 4 THEN 1 END) AS by_registration,
    count(CASE source WHEN 5 THEN 1 END) AS by_page_view,
    count(CASE source WHEN 6 THEN 1 END) AS by_report,
    count(CASE source WHEN 0 THEN 1 END) AS shared
FROM found
