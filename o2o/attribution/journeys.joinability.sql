-- How many orders of the period carry an id, by which of them they lead to counted scans, and to scans in their window.
WITH identities AS MATERIALIZED (
    -- include identities: attribution/journeys.identities
),
seen AS (
    SELECT
        identities.order_row,
        max(EXISTS (
            SELECT 1 FROM scans
            WHERE scans.verdict = 'human' AND scans.visitor_id = identities.visitor_id
        )) OR max(own.id IS NOT NULL) AS joined,
        max(EXISTS (
            SELECT 1 FROM scans
            WHERE scans.verdict = 'human' AND scans.visitor_id = identities.visitor_id
                AND scans.scanned_at BETWEEN orders.ordered_at - :window AND orders.ordered_at
        )) OR max(coalesce(own.scanned_at BETWEEN orders.ordered_at - :window AND orders.ordered_at, 0)) AS touched
    FROM identities
    JOIN orders ON orders.id = identities.order_row
    LEFT JOIN scans AS own ON own.id = identities.scan AND own.verdict = 'human'
    GROUP BY identities.order_row
)
SELECT
    count(*) AS orders,
    coalesce(sum(orders.scan_id IS NOT NULL OR orders.customer IS NOT NULL OR orders.visitor IS NOT NULL), 0) AS with_id,
    coalesce(sum(seen.joined AND scans.id IS NOT NULL), 0) AS by_scan,
    coalesce(sum(seen.joined AND scans.id IS NULL AND orders.customer IS NOT NULL), 0) AS by_customer,
    coalesce(sum(seen.joined AND scans.id IS NULL AND orders.customer IS NULL), 0) AS by_visitor,
    coalesce(sum(seen.touched), 0) AS touched
FROM orders
LEFT JOIN seen ON seen.order_row = orders.id
LEFT JOIN scans ON scans.scan_id = orders.scan_id
WHERE orders.amount >= 0 AND orders.refund_of IS NULL AND orders.ordered_at >= :since AND orders.ordered_at < :until
