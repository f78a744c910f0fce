-- How long conversions keep coming after scans, by day of the chain's clock: the scans of each day, the conversions of
-- each day, and of scans that share in a conversion how many days later the first one was. Scans after the period tell
-- that it is over. The + has SQLite read the index of counted scans, which tells all that is asked, not that of times.
WITH identities AS (
    -- include identities: attribution/journeys.identities
),
touches AS (
    -- include touches: attribution/journeys.touches
),
firsts AS (
    SELECT touches.scan, touches.scanned_at, min(identities.at) AS at
    FROM touches
    JOIN identities ON identities.conversion = touches.conversion
    WHERE touches.scanned_at >= :since AND identities.at < :until
    GROUP BY touches.scan, touches.scanned_at
)
SELECT 'scans' AS what, (scanned_at + :shift) / 86400000 AS day, 0 AS wait, count(*) AS number
FROM scans
WHERE verdict = 'human' AND +scanned_at >= :since
GROUP BY (scanned_at + :shift) / 86400000
UNION ALL
SELECT 'conversions', (at + :shift) / 86400000, 0, count(*)
FROM identities
WHERE at >= :since AND at < :until
GROUP BY (at + :shift) / 86400000
UNION ALL
SELECT 'converted', (scanned_at + :shift) / 86400000, (at + :shift) / 86400000 - (scanned_at + :shift) / 86400000, count(*)
FROM firsts
GROUP BY (scanned_at + :shift) / 86400000, (at + :shift) / 86400000 - (scanned_at + :shift) / 86400000
