-- The credit of each key under each model. A rule gives each place of a journey a whole weight out of a total, time
-- decay 2^40 to the latest touch and half of it for each :half_life that another is older. Money is split by largest
-- remainder, ties to the earlier touch. Conversions come as sums of weights by denominator, so that they stay exact
-- (time decay: by denominator 1, as a sum of shares).
WITH journeys AS MATERIALIZED (
    -- include journeys: attribution/journeys.keyed
),
legs AS MATERIALIZED (
    -- include legs: attribution/journeys.legs
),
counts AS MATERIALIZED (
    SELECT conversion, sum(delta) AS delta FROM legs GROUP BY conversion
),
spots AS MATERIALIZED (
    SELECT DISTINCT length, CASE position WHEN 1 THEN 1 WHEN length THEN 3 ELSE 2 END AS place FROM journeys
),
rules AS MATERIALIZED (
    SELECT
        model.value AS model,
        spots.length,
        spots.place,
        CASE
            WHEN model.value = 'position' AND length > 2 AND place <> 2 THEN 2 * (length - 2)
            ELSE 1
        END AS weight,
        CASE
            WHEN model.value = 'linear' OR length <= 2 AND model.value = 'position' THEN length
            WHEN model.value = 'position' THEN 5 * (length - 2)
            ELSE 1
        END AS total,
        model.value <> 'position' OR length <= 2 AS even
    FROM json_each(:models) AS model
    CROSS JOIN spots
    WHERE CASE model.value
        WHEN 'first' THEN place = 1
        WHEN 'last' THEN place = 3 OR length = 1
        WHEN 'time-decay' THEN length = 1
        ELSE 1
    END
),
decay AS MATERIALIZED (
    SELECT *, sum(weight) OVER (PARTITION BY conversion) AS total
    FROM (
        SELECT
            conversion,
            key,
            position,
            CAST(round(1099511627776 * exp2(-older / :half_life)) AS INTEGER) AS weight
        FROM journeys
        WHERE length > 1 AND 'time-decay' IN (SELECT value FROM json_each(:models))
    )
),
quotas AS MATERIALIZED (
    SELECT
        rules.model,
        journeys.key,
        journeys.position,
        legs.conversion,
        legs.part,
        legs.sign,
        legs.amount,
        rules.weight,
        rules.total,
        rules.even
    FROM legs
    JOIN journeys ON journeys.conversion = legs.conversion
    JOIN rules
        ON rules.length = journeys.length
        AND rules.place = CASE journeys.position WHEN 1 THEN 1 WHEN journeys.length THEN 3 ELSE 2 END
    WHERE legs.amount > 0
    UNION ALL
    SELECT
        'time-decay', decay.key, decay.position, legs.conversion, legs.part, legs.sign, legs.amount,
        decay.weight, decay.total, 0
    FROM legs
    JOIN decay ON decay.conversion = legs.conversion
    WHERE legs.amount > 0
),
divided AS (
    SELECT
        *,
        CASE
            WHEN amount <= 9223372036854775807 / max(weight, 1) THEN amount * weight / total
            ELSE product_div(amount, weight, total)
        END AS quota,
        CASE
            WHEN amount <= 9223372036854775807 / max(weight, 1) THEN amount * weight % total
            ELSE product_mod(amount, weight, total)
        END AS remainder
    FROM quotas
    WHERE NOT even
),
ranked AS (
    SELECT *, row_number() OVER split AS rank, sum(quota) OVER split AS given
    FROM divided
    WINDOW split AS (
        PARTITION BY model, conversion, part
        ORDER BY remainder DESC, position
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
),
credits AS (
    SELECT rules.model, found.key, rules.total AS denominator, found.delta * rules.weight AS credit, 0 AS revenue
    FROM (
        SELECT
            journeys.key,
            journeys.length,
            CASE journeys.position WHEN 1 THEN 1 WHEN journeys.length THEN 3 ELSE 2 END AS place,
            sum(counts.delta) AS delta
        FROM journeys
        JOIN counts ON counts.conversion = journeys.conversion
        GROUP BY 1, 2, 3
    ) AS found
    JOIN rules ON rules.length = found.length AND rules.place = found.place
    UNION ALL
    SELECT 'time-decay', decay.key, 1, 1.0 * counts.delta * decay.weight / decay.total, 0
    FROM decay
    JOIN counts ON counts.conversion = decay.conversion
    UNION ALL
    SELECT model, key, total, 0, sign * (amount / total + (position <= amount % total))
    FROM quotas
    WHERE even
    UNION ALL
    SELECT model, key, 1, 0, sign * (quota + (rank <= amount - given))
    FROM ranked
)
SELECT model, key, denominator, sum(credit) AS credit, sum(revenue) AS revenue
FROM credits
GROUP BY model, key, denominator
