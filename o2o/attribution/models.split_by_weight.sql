-- Money split by weights: whole minor units by largest remainder, ties to the earlier touch. An amount that would leave
-- 64 bits when multiplied with its weight is divided in two steps, the higher bits first. What the remainders of a
-- conversion sum up to is what is left over, times the total; a touch without one gets nothing of it.
WITH shares AS (
    -- include shares: attribution/models.position
),
quotas AS MATERIALIZED (
    SELECT
        conversion, part, scan, position, key, delta, weight, total, sign,
        CASE
            WHEN amount < 4294967296 THEN amount * weight / total
            ELSE amount / 262144 * weight / total * 262144
                + (amount / 262144 * weight % total * 262144 + amount % 262144 * weight) / total
        END AS quota,
        CASE
            WHEN amount < 4294967296 THEN amount * weight % total
            ELSE (amount / 262144 * weight % total * 262144 + amount % 262144 * weight) % total
        END AS remainder
    FROM shares
    WHERE weight > 0
),
ranked AS (
    SELECT
        conversion, scan, position, key, delta, weight, total, sign, quota,
        row_number() OVER shared AS rank,
        sum(remainder) OVER shared / total AS left_over
    FROM quotas
    WHERE remainder > 0
    WINDOW shared AS (
        PARTITION BY conversion, part ORDER BY remainder DESC, position
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
)
SELECT conversion, scan, position, key, delta, weight, total, sign * quota AS money
FROM quotas
WHERE remainder = 0
UNION ALL
SELECT
    conversion, scan, position, key, delta, weight, total,
    sign * (quota + CASE WHEN rank <= left_over THEN 1 ELSE 0 END)
FROM ranked
