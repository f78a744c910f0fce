-- What new people of each cohort spent so many days, weeks or months after they first came.
WITH calendar AS (
    -- include calendar: analytics/retention.calendar
),
firsts AS (
    -- include firsts: analytics/retention.firsts
),
bought AS (
    -- include bought: analytics/retention.bought
)
SELECT started.cohort, met.cohort - started.cohort AS age, sum(bought.amount) AS amount
FROM firsts
JOIN calendar AS started ON started.day = firsts.day
JOIN bought ON bought.unit = firsts.unit AND bought.day >= firsts.day
JOIN calendar AS met ON met.day = bought.day
WHERE firsts.day >= :since_day AND firsts.day < :until_day AND met.cohort <= started.cohort + :ages
GROUP BY started.cohort, met.cohort - started.cohort
