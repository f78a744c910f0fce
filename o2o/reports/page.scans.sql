-- Counted scans within reach of the period and window, by what each touchpoint stood for at the time.
SELECT
    touchpoints.code AS touchpoint,
    CASE touchpoints.kind WHEN 'person' THEN period.subject_id END AS person,
    CASE touchpoints.kind WHEN 'product' THEN period.subject_id END AS product,
    CASE touchpoints.kind WHEN 'place' THEN period.subject_id END AS place,
    period.store_id AS store,
    period.campaign_id AS campaign,
    period.carrier AS carrier,
    count(*) AS scans
FROM scans
JOIN touchpoints ON touchpoints.id = scans.touchpoint_id
JOIN touchpoint_periods AS period
    ON period.touchpoint_id = scans.touchpoint_id
    AND period.valid_from <= scans.scanned_at
    AND (period.valid_to IS NULL OR period.valid_to > scans.scanned_at)
WHERE scans.verdict = 'human'
    AND (:since IS NULL OR scans.scanned_at >= :since - :window)
    AND (:until IS NULL OR scans.scanned_at < :until)
GROUP BY touchpoints.id, period.valid_from
