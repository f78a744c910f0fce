-- How many orders of the period carry an id, by which of them they lead to counted scans, and to scans in their window.
WITH identities AS MATERIALIZED (
    SELECT identity.*, orders.ordered_at
    FROM (
        -- include identities: attribution/journeys.identities
    ) AS identity
    JOIN orders ON orders.id = identity.order_row
    WHERE orders.ordered_at >= :since AND orders.ordered_at < :until
),
customer_scans AS (
    -- include customer_scans: attribution/journeys.customer_scans
),
reached AS MATERIALIZED (
    SELECT identities.order_row, customer_scans.scanned_at, identities.ordered_at
    FROM identities
    JOIN customer_scans ON customer_scans.customer = identities.customer
    UNION ALL
    SELECT identities.order_row, scans.scanned_at, identities.ordered_at
    FROM identities
    JOIN scans ON scans.visitor_id = identities.visitor_id
    WHERE scans.verdict = 'human'
    UNION ALL
    SELECT identities.order_row, scans.scanned_at, identities.ordered_at
    FROM identities
    JOIN scans ON scans.id = identities.scan
    WHERE scans.verdict = 'human'
),
found AS (
    SELECT order_row, max(CASE WHEN scanned_at BETWEEN ordered_at - :window AND ordered_at THEN 1 ELSE 0 END) AS touched
    FROM reached
    GROUP BY order_row
),
joined AS (
    SELECT
        orders.customer,
        orders.visitor,
        orders.scan_id,
        scans.id AS scan,
        found.touched
    FROM identities
    JOIN orders ON orders.id = identities.order_row
    LEFT JOIN found ON found.order_row = identities.order_row
    LEFT JOIN scans ON scans.scan_id = orders.scan_id
)
SELECT
    count(*) AS orders,
    count(coalesce(scan_id, customer, visitor)) AS with_id,
    count(CASE WHEN touched IS NOT NULL THEN scan END) AS by_scan,
    count(CASE WHEN touched IS NOT NULL AND scan IS NULL THEN customer END) AS by_customer,
    count(CASE WHEN touched IS NOT NULL AND scan IS NULL AND customer IS NULL THEN 1 END) AS by_visitor,
    coalesce(sum(touched), 0) AS touched
FROM joined
