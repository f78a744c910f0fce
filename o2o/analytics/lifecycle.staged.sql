-- The stage of each unit now and before; '' is who had not come yet.
SELECT
    unit,
    days,
    last,
    amount,
    orders,
    CASE
        WHEN :until_day - 1 - last > :lost THEN 'lost'
        WHEN :until_day - 1 - last > :slump THEN 'slump'
        WHEN days >= :mature THEN 'maturity'
        WHEN days > 1 THEN 'growth'
        ELSE 'introduction'
    END AS stage,
    CASE
        WHEN days_before = 0 THEN ''
        WHEN :earlier_day - 1 - last_before > :lost THEN 'lost'
        WHEN :earlier_day - 1 - last_before > :slump THEN 'slump'
        WHEN days_before >= :mature THEN 'maturity'
        WHEN days_before > 1 THEN 'growth'
        ELSE 'introduction'
    END AS stage_before
FROM (
    -- include lives: analytics/lifecycle.lives
) AS lives
