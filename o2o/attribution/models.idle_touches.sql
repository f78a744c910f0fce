-- Touches that led to nothing: counted scans of visitors in the period which share in no conversion of the period, nor
-- in one after it. Those of one person (the customer of a visitor who has exactly one, else the visitor) make a
-- journey as long as each is at most :window after the one before. Who that is has the number that he has as an owner of
-- conversions (journeys.owners).
WITH links AS (
    -- include links: attribution/journeys.links
),
owners AS (
    SELECT visitor, min(visitor_id) AS visitor_id, min(customer) AS customer
    FROM links
    WHERE customers = 1
    GROUP BY visitor
),
buyers AS (
    SELECT customer, min(conversion) AS number
    FROM (
        -- include identities: attribution/journeys.identities
    ) AS identities
    WHERE customer IS NOT NULL
    GROUP BY customer
),
customers AS (
    SELECT owners.customer, coalesce(min(buyers.number) * 4, min(owners.visitor_id) * 4 + 1) AS owner
    FROM owners
    LEFT JOIN buyers ON buyers.customer = owners.customer
    GROUP BY owners.customer
),
idle AS MATERIALIZED (
    SELECT
        scans.id AS scan,
        scans.scanned_at,
        scans.touchpoint_id,
        visitors.visitor,
        owners.customer,
        coalesce(customers.owner, visitors.id * 4 + 1) AS owner,
        lag(scans.scanned_at) OVER (
            PARTITION BY owners.customer, CASE WHEN owners.customer IS NULL THEN visitors.visitor END
            ORDER BY scans.scanned_at, scans.id
        ) AS scanned_before
    FROM scans
    JOIN visitors ON visitors.id = scans.visitor_id
    LEFT JOIN owners ON owners.visitor = visitors.visitor
    LEFT JOIN customers ON customers.customer = owners.customer
    WHERE scans.verdict = 'human' AND scans.scanned_at >= :since AND scans.scanned_at < :until
        AND scans.id NOT IN (SELECT scan FROM (
            -- include touches: attribution/journeys.touches
        ))
        AND scans.id NOT IN (SELECT scan FROM (
            -- include later_touches: attribution/journeys.touches
        ))
)
SELECT
    sum(CASE WHEN scanned_at - scanned_before <= :window THEN 0 ELSE 1 END) OVER (
        ORDER BY customer NULLS FIRST, CASE WHEN customer IS NULL THEN visitor END NULLS FIRST, scanned_at, scan
        ROWS UNBOUNDED PRECEDING
    ) AS conversion,
    scan,
    scanned_at,
    touchpoint_id,
    owner
FROM idle
