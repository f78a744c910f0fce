-- How many people bought one item within :window after scanning another, and how many more had both, but bought it after
-- other scans alone: these aren't counted as buyers beside those who bought it after this one.
WITH followed AS (
    -- include followed: analytics/affinity.followed
),
sequences AS (
    SELECT one, other, count(*) AS baskets
    FROM followed
    GROUP BY one, other
    HAVING count(*) >= :least
),
scanners AS (
    SELECT DISTINCT unit, item
    FROM (
        -- include scanned: analytics/affinity.scanned
    ) AS scanned
),
buyers AS (
    SELECT DISTINCT unit, other FROM followed
),
both_done AS (
    SELECT scanners.item AS one, buyers.other, count(*) AS baskets
    FROM buyers
    JOIN scanners ON scanners.unit = buyers.unit
    GROUP BY scanners.item, buyers.other
)
SELECT sequences.one, sequences.other, sequences.baskets, both_done.baskets - sequences.baskets AS otherwise
FROM sequences
JOIN both_done ON both_done.one = sequences.one AND both_done.other = sequences.other
