-- Identities whose journeys begin after the previous conversion of the same owner (of the same product, where lines of
-- orders are asked for). Conversions of one instant share their touches.
WITH followed AS (
    SELECT
        *,
        max(at) OVER (
            PARTITION BY customer, visitor_id, sku, CASE WHEN customer IS NULL AND visitor_id IS NULL THEN scan END
            ORDER BY at
            RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS previous
    FROM (
        -- include identities: attribution/journeys.identities
    ) AS identities
)
SELECT
    conversion,
    at,
    CASE WHEN previous >= since THEN previous + 1 ELSE since END AS since,
    sku,
    with_id,
    said,
    customer,
    visitor_id,
    scan
FROM followed
WHERE conversion IN (SELECT conversion FROM (
    -- include legs: attribution/journeys.legs_orders
) AS legs)
