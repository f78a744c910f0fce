-- Each customer's purchases: how many, the first and the last, what was spent, and the same before day :split.
SELECT
    coalesce(customers.customer, visitors.visitor) AS name,
    CASE WHEN customers.customer IS NULL THEN 0 ELSE 1 END AS is_customer,
    customers.purchases,
    customers.first_day,
    customers.last_day,
    customers.spent,
    customers.purchases_before,
    customers.last_before
FROM (
    SELECT
        days.customer,
        days.visitor_id,
        count(*) AS purchases,
        min(days.day) AS first_day,
        max(days.day) AS last_day,
        sum(days.spent) AS spent,
        sum(CASE WHEN days.day < :split THEN 1 ELSE 0 END) AS purchases_before,
        max(CASE WHEN days.day < :split THEN days.day ELSE 0 END) AS last_before
    FROM (
        -- include days: analytics/value.days
    ) AS days
    GROUP BY days.customer, days.visitor_id
) AS customers
LEFT JOIN visitors ON visitors.id = customers.visitor_id
ORDER BY is_customer, name
