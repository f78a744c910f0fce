-- Money split by weights: whole minor units by largest remainder, ties to the earlier touch. An amount that would leave
-- 64 bits when multiplied with its weight is divided in two steps, the higher bits first.
WITH shares AS MATERIALIZED (
    -- include shares: attribution/models.position
),
quotas AS MATERIALIZED (
    SELECT
        *,
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
    WHERE weight > 0 AND weight < total
),
ranked AS (
    SELECT
        conversion, scan, position, key, delta, weight, total, sign, quota,
        row_number() OVER split AS rank,
        amount - sum(quota) OVER split AS left_over
    FROM quotas
    WINDOW split AS (
        PARTITION BY conversion, part
        ORDER BY remainder DESC, position
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
)
SELECT conversion, scan, position, key, delta, weight, total, sign * amount AS money
FROM shares
WHERE weight = total
UNION ALL
SELECT
    conversion, scan, position, key, delta, weight, total,
    sign * (quota + CASE WHEN rank <= left_over THEN 1 ELSE 0 END)
FROM ranked
