-- Counted scans of the period that share in no conversion of the period, nor in one after it: who made each (the first
-- visitor of the customer who is the only one of its visitor, else the visitor), when, which it is, and of what.
WITH owners AS (
    SELECT visitor_id, min(visitor_id) OVER (PARTITION BY customer) AS person
    FROM (
        -- include links: attribution/journeys.links
    ) AS links
    WHERE customers = 1 AND visitor_id IS NOT NULL
)
SELECT
    coalesce(owners.person, scans.visitor_id) AS person,
    scans.scanned_at AS at,
    scans.id AS scan,
    coalesce(scans.touchpoint_id, 0) AS mark
FROM scans
LEFT JOIN owners ON owners.visitor_id = scans.visitor_id
WHERE scans.verdict = 'human' AND scans.visitor_id IS NOT NULL
    AND scans.scanned_at >= :since AND scans.scanned_at < :until
    AND scans.id NOT IN (SELECT scan FROM (
        -- include touches: attribution/journeys.touches
    ) AS touches)
    AND scans.id NOT IN (SELECT scan FROM (
        -- include later_touches: attribution/journeys.touches
    ) AS later_touches)
