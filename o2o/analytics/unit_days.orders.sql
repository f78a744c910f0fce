-- The local day of each order and the unit whose it is, in one number as those of scans, and what it is worth.
SELECT
    unit * 1048576 + (scanned_at + (
        -- include shift: analytics/unit_days.shift
    )) / 86400000 AS unit_day,
    amount
FROM (
    SELECT unit, at AS scanned_at, amount
    FROM (
        -- include acts: analytics/people.acts
    ) AS acts
    WHERE act = 'order' AND at < :until
) AS orders
