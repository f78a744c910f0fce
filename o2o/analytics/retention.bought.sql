-- The local days on which units ordered, and for how much.
SELECT
    unit,
    (scanned_at + (
        -- include shift: analytics/retention.shift
    )) / 86400000 AS day,
    sum(amount) AS amount
FROM (
    SELECT unit, at AS scanned_at, amount
    FROM (
        -- include acts: analytics/people.acts
    ) AS acts
    WHERE act = 'order'
) AS orders
GROUP BY 1, 2
