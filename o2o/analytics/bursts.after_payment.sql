-- Touchpoints, and how many of their scans came within :after ms after an order of the same visitor or customer.
WITH identities AS (
    -- include identities: attribution/journeys.identities
),
links AS (
    -- include links: attribution/journeys.links
),
payers AS (
    SELECT at, visitor_id FROM identities WHERE visitor_id IS NOT NULL
    UNION
    SELECT identities.at, links.visitor_id
    FROM identities
    JOIN links ON links.customer = identities.customer
    WHERE links.visitor_id IS NOT NULL AND links.customers <= :shared
),
paid AS (
    SELECT DISTINCT scans.id
    FROM payers
    JOIN scans ON scans.visitor_id = payers.visitor_id
        AND scans.scanned_at > payers.at AND scans.scanned_at <= payers.at + :after
    WHERE scans.verdict = 'human'
)
SELECT touchpoint_id, count(*) AS scans, sum(CASE WHEN id IN (SELECT id FROM paid) THEN 1 ELSE 0 END) AS odd
FROM scans
WHERE verdict = 'human' AND touchpoint_id IS NOT NULL AND scanned_at >= :first AND scanned_at < :last
GROUP BY touchpoint_id
