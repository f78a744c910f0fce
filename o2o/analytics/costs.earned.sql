-- What each key is credited with, and the sums of the squares of what each customer or visitor brought: money, the part
-- of it that goods of a known cost brought (costed), and what that leaves once they are paid (margin).
WITH identities AS (
    -- include identities: attribution/journeys.identities
),
margins AS (
    -- include margins: analytics/costs.margins
),
credits AS (
    -- include credits: attribution/models.split_evenly
),
earned AS (
    SELECT
        credits.key,
        coalesce(
            'c' || identities.customer,
            'v' || CAST(identities.visitor_id AS TEXT),
            'o' || CAST(credits.conversion AS TEXT)
        ) AS owner,
        sum(CAST(credits.delta * credits.weight AS REAL) / credits.total) AS conversions,
        sum(credits.money) AS revenue,
        sum(CAST(CASE
            WHEN margins.sold > 0 THEN credits.money * (CAST(margins.costed AS REAL) / margins.sold)
            ELSE 0.0
        END AS REAL)) AS costed,
        sum(CAST(CASE
            WHEN margins.sold > 0 THEN
                credits.money * (
                    CAST(margins.costed AS REAL) / margins.sold - CAST(margins.cost AS REAL) / margins.amount
                )
            ELSE 0.0
        END AS REAL)) AS margin
    FROM credits
    JOIN identities ON identities.conversion = credits.conversion
    LEFT JOIN margins ON margins.conversion = credits.conversion
    GROUP BY credits.key, owner
)
SELECT
    key,
    count(*) AS owners,
    sum(CAST(conversions AS REAL)) AS conversions,
    sum(revenue) AS revenue,
    sum(CAST(costed AS REAL)) AS costed,
    sum(CAST(margin AS REAL)) AS margin,
    sum(CAST(revenue AS REAL) * revenue) AS revenue_squares,
    sum(CAST(margin AS REAL) * margin) AS margin_squares
FROM earned
GROUP BY key
