-- Each counted scan of the period as a touch, under the number of whoever made it in place of a conversion's.
WITH links AS (
    -- include links: attribution/journeys.links
),
identities AS (
    -- include identities: attribution/journeys.identities
),
owners AS (
    -- include owners: attribution/journeys.owners
),
buyers AS (
    SELECT identities.customer, min(owners.owner) AS owner
    FROM identities
    JOIN owners ON owners.conversion = identities.conversion
    WHERE identities.customer IS NOT NULL
    GROUP BY identities.customer
),
linked AS (
    SELECT visitor_id, min(customer) AS customer
    FROM links
    WHERE visitor_id IS NOT NULL AND customers <= :shared
    GROUP BY visitor_id
)
SELECT
    coalesce(buyers.owner, scans.visitor_id * 4 + 1, scans.id * 4 + 2) AS conversion,
    scans.id AS scan,
    scans.scanned_at,
    scans.touchpoint_id,
    1 AS position,
    1 AS length,
    0 AS older
FROM scans
LEFT JOIN linked ON linked.visitor_id = scans.visitor_id
LEFT JOIN buyers ON buyers.customer = linked.customer
WHERE scans.verdict = 'human' AND scans.scanned_at >= :since AND scans.scanned_at < :until
