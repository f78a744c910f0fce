-- How long conversions keep coming after scans, by day of the chain's clock: the conversions of each day, and of scans
-- that share in a conversion how many days later the first one was.
WITH firsts AS (
    SELECT touches.scan, touches.scanned_at, min(identities.at) AS at
    FROM (
        -- include touches: attribution/journeys.touches
    ) AS touches
    JOIN (
        -- include identities: attribution/journeys.identities
    ) AS identities ON identities.conversion = touches.conversion
    WHERE touches.scanned_at >= :since AND identities.at < :until
    GROUP BY touches.scan, touches.scanned_at
)
SELECT 'conversions' AS what, (at + :shift) / 86400000 AS day, 0 AS wait, count(*) AS number
FROM (
    -- include identities: attribution/journeys.identities
) AS identities
WHERE at >= :since AND at < :until
GROUP BY (at + :shift) / 86400000
UNION ALL
SELECT 'converted', (scanned_at + :shift) / 86400000, (at + :shift) / 86400000 - (scanned_at + :shift) / 86400000, count(*)
FROM firsts
GROUP BY (scanned_at + :shift) / 86400000, (at + :shift) / 86400000 - (scanned_at + :shift) / 86400000
