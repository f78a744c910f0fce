-- How many new people of each cohort came back so many days, weeks or months later; age 0 are all of them.
WITH calendar AS (
    -- include calendar: analytics/retention.calendar
),
firsts AS (
    -- include firsts: analytics/retention.firsts
),
returns AS (
    -- include returns: analytics/retention.returns_scan
),
met AS (
    SELECT DISTINCT firsts.unit, started.cohort, met.cohort - started.cohort AS age
    FROM firsts
    JOIN calendar AS started ON started.day = firsts.day
    JOIN returns ON returns.unit = firsts.unit
    JOIN calendar AS met ON met.day = returns.day
    WHERE firsts.day >= :since_day AND firsts.day < :until_day
        AND met.cohort >= started.cohort AND met.cohort <= started.cohort + :ages
)
SELECT cohort, age, count(*) AS people
FROM met
GROUP BY cohort, age
