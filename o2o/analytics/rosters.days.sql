-- The hours of each person's shifts in a store by day, as far as they have passed; a night has two days.
WITH parts AS (
    SELECT
        person_id,
        store_id,
        (started_at - :origin) / 86400000 AS day,
        started_at AS start,
        min(ended_at, :origin + ((started_at - :origin) / 86400000 + 1) * 86400000) AS end
    FROM shifts
    WHERE started_at >= :origin AND started_at < :end
    UNION ALL
    SELECT
        person_id,
        store_id,
        (ended_at - 1 - :origin) / 86400000,
        :origin + (ended_at - 1 - :origin) / 86400000 * 86400000,
        ended_at
    FROM shifts
    WHERE ended_at > :origin AND ended_at <= :end
        AND (started_at < :origin OR (started_at - :origin) / 86400000 < (ended_at - 1 - :origin) / 86400000)
)
SELECT person_id, store_id, day, sum(max(min(end, :until) - start, 0)) AS passed
FROM parts
GROUP BY person_id, store_id, day
