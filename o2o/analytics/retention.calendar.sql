-- The cohort of each day: itself, its week (from Monday on) or its month, as a number. Months by Hinnant's "days to
-- civil": in years of the Roman kind, which begin in March, five months are 153 days.
WITH days AS (
    -- include days: analytics/retention.days
),
bought AS (
    -- include bought: analytics/retention.bought
),
known AS (
    SELECT day FROM days
    UNION
    SELECT day FROM bought
),
civil AS (
    SELECT day, (day + 719468) / 146097 AS era, (day + 719468) % 146097 AS doe FROM known
),
years AS (
    SELECT day, doe, era, (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365 AS yoe FROM civil
),
months AS (
    SELECT
        day,
        yoe + era * 400 AS year,
        (5 * (doe - (365 * yoe + yoe / 4 - yoe / 100)) + 2) / 153 AS month
    FROM years
)
SELECT
    day,
    CASE :cohort WHEN 'day' THEN day WHEN 'week' THEN (day + 3) / 7 ELSE year * 12 + month + 2 END AS cohort
FROM months
