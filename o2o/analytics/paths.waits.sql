-- How long journeys took from their first touch to the order, in minutes.
SELECT minutes, count(*) AS journeys
FROM (
    SELECT max(identities.at - firsts.at) / 60000 AS minutes
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
) AS waits
GROUP BY minutes
