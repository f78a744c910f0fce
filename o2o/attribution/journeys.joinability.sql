-- How many conversions of the period carry an id, by which of them they lead to counted scans, and to scans in their
-- window.
WITH identities AS MATERIALIZED (
    SELECT *
    FROM (
        -- include identities: attribution/journeys.identities
    ) AS identities
    WHERE at >= :since AND at < :until
),
seen AS (
    SELECT DISTINCT visitor_id
    FROM scans
    WHERE verdict = 'human' AND visitor_id IN (SELECT visitor_id FROM identities)
),
clicked AS (
    SELECT id FROM scans WHERE verdict = 'human' AND id IN (SELECT scan FROM identities)
),
customers AS (
    SELECT DISTINCT customer FROM (
        -- include customer_scans: attribution/journeys.customer_scans
    ) AS customer_scans
),
joined AS (
    SELECT identities.said
    FROM identities
    LEFT JOIN customers ON customers.customer = identities.customer
    LEFT JOIN seen ON seen.visitor_id = identities.visitor_id
    LEFT JOIN clicked ON clicked.id = identities.scan
    WHERE customers.customer IS NOT NULL OR seen.visitor_id IS NOT NULL OR clicked.id IS NOT NULL
),
carried AS (
    SELECT count(*) AS conversions, count(coalesce(scan_id, customer, visitor)) AS with_id
    FROM (
        -- include conversions: attribution/journeys.conversions_orders
    ) AS conversions
    WHERE at >= :since AND at < :until
),
counted AS (
    SELECT
        count(CASE said WHEN 'scan_id' THEN 1 END) AS by_scan,
        count(CASE said WHEN 'customer' THEN 1 END) AS by_customer,
        count(CASE said WHEN 'visitor' THEN 1 END) AS by_visitor
    FROM joined
),
touched AS (
    SELECT count(DISTINCT touches.conversion) AS touched
    FROM (
        -- include touches: attribution/journeys.touches
    ) AS touches
    JOIN identities ON identities.conversion = touches.conversion
)
SELECT conversions, with_id, by_scan, by_customer, by_visitor, touched
FROM carried
CROSS JOIN counted
CROSS JOIN touched
