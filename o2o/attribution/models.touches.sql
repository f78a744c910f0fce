-- The credit of each touch in each conversion, as the merchant knows both.
SELECT
    outcomes.name,
    outcomes.store_id,
    outcomes.at,
    touchpoints.code,
    placed.scanned_at,
    credits.conversion,
    credits.position,
    credits.key,
    credits.credit,
    credits.money
FROM (
    SELECT conversion, scan, position, key, sum(CAST(delta * weight AS REAL) / total) AS credit, sum(money) AS money
    FROM (
        -- include credits: attribution/models.split_evenly
    )
    GROUP BY conversion, scan, position, key
) AS credits
JOIN (
    -- include placed: attribution/journeys.placed
) AS placed ON placed.conversion = credits.conversion AND placed.scan = credits.scan
JOIN (
    -- include outcomes: attribution/models.named_orders
) AS outcomes ON outcomes.conversion = credits.conversion
LEFT JOIN touchpoints ON touchpoints.id = placed.touchpoint_id
ORDER BY outcomes.at, credits.conversion, credits.position
