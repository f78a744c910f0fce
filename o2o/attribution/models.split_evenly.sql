-- Money split among touches of the same share: whole minor units, what is left over to the earlier of them.
SELECT
    conversion,
    scan,
    position,
    key,
    delta,
    weight,
    total,
    sign * (amount / total + CASE WHEN place <= amount % total THEN 1 ELSE 0 END) AS money
FROM (
    -- include shares: attribution/models.linear
)
