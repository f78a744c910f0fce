-- Which visitor belongs to which customer, as all say that name both, how many customers the visitor has, and what
-- says so most surely (source): 1 a click id, 2 an order, 3 a redeemed coupon, 4 a registration, 5 a view of a page,
-- 6 a report of a scan. The cards of :a_day orders a day and more say nothing.
WITH busy AS (
    -- include busy: attribution/journeys.busy
),
redeemed AS (
    -- include redemptions: attribution/journeys.conversions_redemptions
),
named AS (
    SELECT scan_id, visitor, customer, 2 AS source FROM orders WHERE customer IS NOT NULL
    UNION ALL
    SELECT scan_id, visitor, customer, 3 FROM redeemed WHERE customer IS NOT NULL
    UNION ALL
    SELECT
        page_views.scan_id,
        visitors.visitor,
        page_views.customer,
        CASE page_views.event WHEN 'view' THEN 5 ELSE 4 END
    FROM page_views
    LEFT JOIN visitors ON visitors.id = page_views.visitor_id
    WHERE page_views.customer IS NOT NULL
),
pairs AS (
    SELECT
        coalesce(clickers.visitor, named.visitor) AS visitor,
        named.customer,
        CASE WHEN clickers.visitor IS NULL THEN named.source ELSE 1 END AS source
    FROM named
    LEFT JOIN scans ON scans.scan_id = named.scan_id AND scans.scan_id IS NOT NULL
    LEFT JOIN visitors AS clickers ON clickers.id = scans.visitor_id
    UNION ALL
    SELECT visitors.visitor, seen.customer, CASE seen.source WHEN 'visit' THEN 5 ELSE 6 END
    FROM visitor_customers AS seen
    JOIN visitors ON visitors.id = seen.visitor_id
),
links AS (
    SELECT visitor, customer, min(source) AS source
    FROM pairs
    WHERE visitor IS NOT NULL AND customer NOT IN (SELECT customer FROM busy)
    GROUP BY visitor, customer
)
SELECT
    links.visitor,
    visitors.id AS visitor_id,
    links.customer,
    count(*) OVER (PARTITION BY links.visitor) AS customers,
    links.source
FROM links
LEFT JOIN visitors ON visitors.visitor = links.visitor
