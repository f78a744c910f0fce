-- Scans of people's codes by person, store and hour since :origin; of one visitor the first of a day.
WITH counted AS (
    SELECT scans.touchpoint_id, scans.visitor_id, scans.scanned_at
    FROM scans
    JOIN touchpoints ON touchpoints.id = scans.touchpoint_id
    WHERE scans.verdict = 'human' AND touchpoints.kind = 'person'
        AND scans.scanned_at >= :since AND scans.scanned_at < :until
),
firsts AS (
    SELECT touchpoint_id, min(scanned_at) AS at
    FROM counted
    WHERE visitor_id IS NOT NULL
    GROUP BY touchpoint_id, visitor_id, (scanned_at - :origin) / 86400000
    UNION ALL
    SELECT touchpoint_id, scanned_at FROM counted WHERE visitor_id IS NULL
)
SELECT
    period.subject_id AS person_id,
    coalesce(period.store_id, '') AS store_id,
    (firsts.at - :origin) / 3600000 AS hour,
    CAST(count(*) AS REAL) AS amount,
    CAST(count(*) AS REAL) AS squares
FROM firsts
JOIN touchpoint_periods AS period
    ON period.touchpoint_id = firsts.touchpoint_id
    AND period.valid_from <= firsts.at
    AND (period.valid_to IS NULL OR period.valid_to > firsts.at)
GROUP BY period.subject_id, coalesce(period.store_id, ''), (firsts.at - :origin) / 3600000
