-- Each unit on the last day and on an earlier one (:earlier_day, not included): on how many days it came, and the last.
SELECT
    unit,
    count(*) AS days,
    max(day) AS last,
    sum(amount) AS amount,
    sum(orders) AS orders,
    sum(CASE WHEN day < :earlier_day THEN 1 ELSE 0 END) AS days_before,
    max(CASE WHEN day < :earlier_day THEN day END) AS last_before
FROM (
    -- include contacts: analytics/lifecycle.contacts
) AS contacts
GROUP BY unit
