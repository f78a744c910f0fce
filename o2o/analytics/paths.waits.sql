-- How long journeys took from their first touch to the order, in minutes; those that led to nothing, how long they were
-- watched, at most :window.
SELECT minutes, converted, count(*) AS journeys
FROM (
    SELECT max(identities.at - firsts.at) / 60000 AS minutes, 1 AS converted
    FROM (
        SELECT conversion, min(scanned_at) AS at
        FROM (
            -- include journeys: attribution/journeys.keyed
        ) AS journeys
        GROUP BY conversion
    ) AS firsts
    JOIN (
        -- include identities: attribution/journeys.identities
    ) AS identities ON identities.conversion = firsts.conversion
    WHERE identities.at >= :since AND identities.at < :until
    GROUP BY firsts.conversion
    UNION ALL
    SELECT
        CASE WHEN :until - min(scanned_at) < :window THEN :until - min(scanned_at) ELSE :window END / 60000,
        0
    FROM (
        -- include idle: attribution/journeys.keyed
    ) AS idle
    GROUP BY conversion
) AS waits
GROUP BY minutes, converted
