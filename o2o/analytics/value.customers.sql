-- Each customer's purchases: how many, the first and the last, what was spent, and the same before day :split.
SELECT
    days.customer,
    visitors.visitor,
    count(*) AS purchases,
    min(days.day) AS first_day,
    max(days.day) AS last_day,
    sum(days.spent) AS spent,
    sum(CASE WHEN days.day < :split THEN 1 ELSE 0 END) AS purchases_before,
    max(CASE WHEN days.day < :split THEN days.day END) AS last_before
FROM (
    -- include days: analytics/value.days
) AS days
LEFT JOIN visitors ON visitors.id = days.visitor_id
GROUP BY days.customer, days.visitor_id, visitors.visitor
ORDER BY days.customer, visitors.visitor
