-- The touches of each order that can be joined: the counted scans of its visitors in the window before it.
WITH identities AS MATERIALIZED (
    -- include identities: attribution/journeys.identities
),
wanted AS MATERIALIZED (
    SELECT identities.order_row, identities.visitor_id, identities.scan, orders.ordered_at
    FROM identities
    JOIN orders ON orders.id = identities.order_row
    WHERE identities.order_row IN (SELECT conversion FROM (
        -- include legs: attribution/journeys.legs
    ))
)
SELECT wanted.order_row AS conversion, scans.id AS scan, scans.scanned_at, scans.touchpoint_id
FROM wanted
JOIN scans ON scans.visitor_id = wanted.visitor_id
WHERE scans.verdict = 'human' AND scans.scanned_at BETWEEN wanted.ordered_at - :window AND wanted.ordered_at
UNION ALL
SELECT wanted.order_row, scans.id, scans.scanned_at, scans.touchpoint_id
FROM wanted
JOIN scans ON scans.id = wanted.scan
WHERE scans.verdict = 'human' AND scans.scanned_at BETWEEN wanted.ordered_at - :window AND wanted.ordered_at
