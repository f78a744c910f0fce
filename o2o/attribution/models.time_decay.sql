-- Weights that halve with each :half_life (milliseconds) that a touch is older than the latest: 2^31 · 2^-x, in
-- integers alone, so that each engine finds the same. Of x the whole halvings are shifted; of the rest, in units of
-- 2^-31, the power is its series with the terms ln(2)^n / n! in the same units, good to 10^-8 of the weight. Journeys
-- of 8,192 touches and more take coarser weights: the sum of all stays below 2^44.
WITH steps AS (
    -- include steps: attribution/models.steps
),
ages AS MATERIALIZED (
    SELECT
        *,
        older / :half_life AS halvings,
        older % :half_life * 32768 / :half_life * 65536
        + older % :half_life * 32768 % :half_life * 65536 / :half_life AS x
    FROM steps
    WHERE length > 1
),
weights AS MATERIALIZED (
    SELECT
        *,
        CASE WHEN halvings < 32 THEN ((2147483648 - (x
            * (1488522236 - (x
                * (515882496 - (x
                    * (119194166 - (x
                        * (20654775 - (x
                            * (2863360 - (x
                                * (330788 - (x
                                    * (32755 - (x
                                        * (2838 - (x
                                            * (219 - (x * 15 >> 31))
                                        >> 31))
                                    >> 31))
                                >> 31))
                            >> 31))
                        >> 31))
                    >> 31))
                >> 31))
            >> 31))
        >> 31)) >> halvings) / (1 + length / 8192) ELSE 0 END AS weight
    FROM ages
),
totals AS (
    SELECT conversion, part, sum(weight) AS total FROM weights GROUP BY conversion, part
)
SELECT conversion, part, scan, position, key, sign, amount, delta, 1 AS weight, 1 AS total
FROM steps
WHERE length = 1
UNION ALL
SELECT
    weights.conversion, weights.part, scan, position, key, sign, amount, delta, weight, totals.total
FROM weights
JOIN totals ON totals.conversion = weights.conversion AND totals.part = weights.part
