-- The credit of each touch in each conversion, as the merchant knows both.
SELECT
    credits.conversion,
    names.name,
    conversions.store_id,
    conversions.at,
    touchpoints.code,
    scans.scanned_at,
    credits.position,
    credits.key,
    credits.credit,
    credits.money
FROM (
    SELECT conversion, scan, position, key, sum(CAST(delta * weight AS REAL) / total) AS credit, sum(money) AS money
    FROM (
        -- include credits: attribution/models.split_evenly
    ) AS split
    GROUP BY conversion, scan, position, key
) AS credits
JOIN (
    -- include conversions: attribution/journeys.conversions_orders
) AS conversions ON conversions.conversion = credits.conversion
LEFT JOIN (
    -- include names: attribution/models.names_orders
) AS names ON names.conversion = credits.conversion
JOIN scans ON scans.id = credits.scan
LEFT JOIN touchpoints ON touchpoints.id = scans.touchpoint_id
ORDER BY conversions.at, credits.conversion, credits.position
