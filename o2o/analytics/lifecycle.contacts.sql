-- The local days on which units scanned or ordered, and what they spent. What counts is asked for by :scans and :orders.
SELECT
    unit,
    (scanned_at + (
        -- include shift: analytics/retention.shift
    )) / 86400000 AS day,
    sum(amount) AS amount,
    sum(orders) AS orders
FROM (
    SELECT conversion AS unit, scanned_at, 0 AS amount, 0 AS orders
    FROM (
        -- include scans: analytics/people.scans
    ) AS scans
    WHERE :scans = 1
    UNION ALL
    SELECT unit, at AS scanned_at, amount, 1 AS orders
    FROM (
        -- include acts: analytics/people.acts
    ) AS acts
    WHERE act = 'order' AND :orders = 1 AND at < :until
) AS contacts
GROUP BY 1, 2
