-- What scans of people's codes are credited with (orders, or money if :money is 1) by person, store and hour of the scan.
WITH credits AS (
    -- include credits: attribution/models.split_evenly
),
earned AS (
    SELECT
        scan,
        CASE :money WHEN 1 THEN CAST(money AS REAL) ELSE CAST(delta * weight AS REAL) / total END AS amount
    FROM credits
    WHERE key <> :other
)
SELECT
    period.subject_id AS person_id,
    coalesce(period.store_id, '') AS store_id,
    (scans.scanned_at - :origin) / 3600000 AS hour,
    sum(CAST(earned.amount AS REAL)) AS amount,
    sum(CAST(earned.amount AS REAL) * earned.amount) AS squares
FROM earned
JOIN scans ON scans.id = earned.scan
JOIN touchpoint_periods AS period
    ON period.touchpoint_id = scans.touchpoint_id
    AND period.valid_from <= scans.scanned_at
    AND (period.valid_to IS NULL OR period.valid_to > scans.scanned_at)
WHERE scans.scanned_at >= :first AND scans.scanned_at < :last
GROUP BY period.subject_id, coalesce(period.store_id, ''), (scans.scanned_at - :origin) / 3600000
