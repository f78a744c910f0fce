-- The credit of each key under each model. A rule gives each place of a journey a whole weight out of a total, time
-- decay 2^40 to the latest touch and half of it for each :half_life that another is older. Money is split by largest
-- remainder, ties to the earlier touch. Conversions come as sums of weights by denominator, so that they stay exact
-- (time decay: by denominator 1, as a sum of shares).
WITH journeys AS (
    -- include journeys: attribution/journeys.keyed
),
legs AS (
    -- include legs: attribution/journeys.legs
),
steps AS (
    SELECT
        journeys.key,
        journeys.conversion,
        journeys.position,
        journeys.length,
        journeys.older,
        CASE journeys.position WHEN 1 THEN 'first' WHEN journeys.length THEN 'last' ELSE 'middle' END AS place,
        legs.part,
        legs.sign,
        legs.amount,
        legs.delta
    FROM journeys
    JOIN legs ON legs.conversion = journeys.conversion
),
-- In a split 40/20/40 the remainders of both ends are alike, and so are those of all between them.
remainders AS (
    SELECT
        *,
        CASE place WHEN 'middle' THEN amount / (5 * (length - 2)) ELSE 2 * amount / 5 END AS quota,
        2 * amount % 5 * (length - 2) AS at_ends,
        amount % (5 * (length - 2)) AS between_ends
    FROM steps
    WHERE length > 2 AND amount > 0 AND :models LIKE '%position%'
),
position_money AS (
    SELECT
        key,
        length,
        place,
        sum(sign * (quota + CASE WHEN (2 * at_ends + (length - 2) * between_ends) / (5 * (length - 2)) >= CASE
            WHEN at_ends = between_ends THEN position
            WHEN place = 'middle' THEN position + CASE WHEN at_ends > between_ends THEN 1 ELSE -1 END
            ELSE CASE place WHEN 'first' THEN 1 ELSE 2 END + CASE WHEN at_ends > between_ends THEN 0 ELSE length - 2 END
        END THEN 1 ELSE 0 END)) AS revenue
    FROM remainders
    GROUP BY key, length, place
),
decay AS (
    SELECT *, sum(weight) OVER (PARTITION BY conversion, part) AS total
    FROM (
        SELECT *, CAST(floor(1099511627776 * pow(2.0, -CAST(older AS REAL) / :half_life) + 0.5) AS INTEGER) AS weight
        FROM steps
        WHERE length > 1 AND :models LIKE '%time-decay%'
    )
),
-- The product of a large amount and a weight has more than 64 bits: long division, by ten bits of the amount at a time.
decay_digits_5 AS (
    SELECT
        *,
        amount / 1125899906842624 * weight / total AS quota_5,
        amount / 1125899906842624 * weight % total AS rest_5
    FROM decay
    WHERE amount >= 4194304
),
decay_digits_4 AS (
    SELECT
        *,
        1024 * quota_5 + (1024 * rest_5 + amount / 1099511627776 % 1024 * weight) / total AS quota_4,
        (1024 * rest_5 + amount / 1099511627776 % 1024 * weight) % total AS rest_4
    FROM decay_digits_5
),
decay_digits_3 AS (
    SELECT
        *,
        1024 * quota_4 + (1024 * rest_4 + amount / 1073741824 % 1024 * weight) / total AS quota_3,
        (1024 * rest_4 + amount / 1073741824 % 1024 * weight) % total AS rest_3
    FROM decay_digits_4
),
decay_digits_2 AS (
    SELECT
        *,
        1024 * quota_3 + (1024 * rest_3 + amount / 1048576 % 1024 * weight) / total AS quota_2,
        (1024 * rest_3 + amount / 1048576 % 1024 * weight) % total AS rest_2
    FROM decay_digits_3
),
decay_digits_1 AS (
    SELECT
        *,
        1024 * quota_2 + (1024 * rest_2 + amount / 1024 % 1024 * weight) / total AS quota_1,
        (1024 * rest_2 + amount / 1024 % 1024 * weight) % total AS rest_1
    FROM decay_digits_2
),
decay_digits_0 AS (
    SELECT
        *,
        1024 * quota_1 + (1024 * rest_1 + amount % 1024 * weight) / total AS quota_0,
        (1024 * rest_1 + amount % 1024 * weight) % total AS rest_0
    FROM decay_digits_1
),
decay_quotas AS (
    SELECT key, delta, sign, conversion, part, position, amount, weight, total, amount * weight / total AS quota, amount * weight % total AS remainder
    FROM decay
    WHERE amount > 0 AND amount < 4194304
    UNION ALL
    SELECT key, delta, sign, conversion, part, position, amount, weight, total, quota_0, rest_0
    FROM decay_digits_0
),
decay_shares AS (
    SELECT
        *,
        row_number() OVER split AS rank,
        amount - sum(quota) OVER split AS left_over
    FROM decay_quotas
    WINDOW split AS (
        PARTITION BY conversion, part
        ORDER BY remainder DESC, position
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
),
earned AS MATERIALIZED (
    SELECT
        key,
        length,
        place,
        sum(delta) AS delta,
        sum(sign * amount) AS whole,
        sum(sign * (amount / length + CASE WHEN position <= amount % length THEN 1 ELSE 0 END)) AS even_share
    FROM steps
    GROUP BY key, length, place
),
credits AS (
    SELECT 'first' AS model, key, 1 AS denominator, delta AS credit, whole AS revenue
    FROM earned
    WHERE place = 'first'
    UNION ALL
    SELECT 'last', key, 1, delta, whole
    FROM earned
    WHERE place = 'last' OR length = 1
    UNION ALL
    SELECT 'linear', key, length, delta, even_share
    FROM earned
    UNION ALL
    SELECT 'position', key, length, delta, even_share
    FROM earned
    WHERE length <= 2
    UNION ALL
    SELECT 'position', key, 5 * (length - 2), delta * CASE place WHEN 'middle' THEN 1 ELSE 2 * (length - 2) END, 0
    FROM earned
    WHERE length > 2
    UNION ALL
    SELECT 'position', key, 5 * (length - 2), 0, revenue
    FROM position_money
    UNION ALL
    SELECT 'time-decay', key, 1, delta, whole
    FROM earned
    WHERE length = 1
    UNION ALL
    SELECT 'time-decay', key, 1, CAST(delta * weight AS REAL) / total, 0
    FROM decay
    WHERE amount = 0
    UNION ALL
    SELECT 'time-decay', key, 1, CAST(delta * weight AS REAL) / total, sign * (quota + CASE WHEN rank <= left_over THEN 1 ELSE 0 END)
    FROM decay_shares
)
SELECT model, key, denominator, sum(credit) AS credit, sum(revenue) AS revenue
FROM credits
GROUP BY model, key, denominator
