-- How many orders of the period carry an id, by which of them they lead to counted scans, and to scans in their window.
WITH identities AS (
    -- include identities: attribution/journeys.identities
),
customer_scans AS (
    -- include customer_scans: attribution/journeys.customer_scans
),
found AS MATERIALIZED (
    SELECT
        orders.scan_id,
        orders.customer,
        orders.visitor,
        EXISTS (
            SELECT 1 FROM customer_scans WHERE customer_scans.customer = identities.customer
        ) OR EXISTS (
            SELECT 1 FROM scans WHERE scans.visitor_id = identities.visitor_id AND scans.verdict = 'human'
        ) OR EXISTS (
            SELECT 1 FROM scans WHERE scans.id = identities.scan AND scans.verdict = 'human'
        ) AS joined,
        EXISTS (
            SELECT 1 FROM customer_scans
            WHERE customer_scans.customer = identities.customer
                AND customer_scans.scanned_at BETWEEN orders.ordered_at - :window AND orders.ordered_at
        ) OR EXISTS (
            SELECT 1 FROM scans
            WHERE scans.visitor_id = identities.visitor_id AND scans.verdict = 'human'
                AND scans.scanned_at BETWEEN orders.ordered_at - :window AND orders.ordered_at
        ) OR EXISTS (
            SELECT 1 FROM scans
            WHERE scans.id = identities.scan AND scans.verdict = 'human'
                AND scans.scanned_at BETWEEN orders.ordered_at - :window AND orders.ordered_at
        ) AS touched
    FROM identities
    JOIN orders ON orders.id = identities.order_row
    WHERE orders.ordered_at >= :since AND orders.ordered_at < :until
)
SELECT
    count(*) AS orders,
    coalesce(sum(found.scan_id IS NOT NULL OR customer IS NOT NULL OR visitor IS NOT NULL), 0) AS with_id,
    coalesce(sum(joined AND scans.id IS NOT NULL), 0) AS by_scan,
    coalesce(sum(joined AND scans.id IS NULL AND customer IS NOT NULL), 0) AS by_customer,
    coalesce(sum(joined AND scans.id IS NULL AND customer IS NULL), 0) AS by_visitor,
    coalesce(sum(touched), 0) AS touched
FROM found
LEFT JOIN scans ON scans.scan_id = found.scan_id
