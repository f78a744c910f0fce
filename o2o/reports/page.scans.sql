-- Counted scans within reach of the period and window, by what each touchpoint stood for at the time.
SELECT
    touchpoints.code AS touchpoint,
    CASE touchpoints.kind WHEN 'person' THEN period.subject_id END AS person,
    CASE touchpoints.kind WHEN 'product' THEN period.subject_id END AS product,
    CASE touchpoints.kind WHEN 'place' THEN period.subject_id END AS place,
    period.store_id AS store,
    period.campaign_id AS campaign,
    period.carrier AS carrier,
    CASE touchpoints.kind WHEN 'place' THEN nullif(coalesce(assignments.zone, places.zone), '') END AS zone,
    nullif(CASE touchpoints.kind
        WHEN 'person' THEN coalesce(assignments.role, people.role)
        WHEN 'product' THEN products.category
    END, '') AS department,
    nullif(stores.city, '') AS city,
    count(*) AS scans
FROM scans
JOIN touchpoints ON touchpoints.id = scans.touchpoint_id
JOIN touchpoint_periods AS period
    ON period.touchpoint_id = scans.touchpoint_id
    AND period.valid_from <= scans.scanned_at
    AND (period.valid_to IS NULL OR period.valid_to > scans.scanned_at)
LEFT JOIN stores ON stores.store_id = period.store_id
LEFT JOIN assignments
    ON assignments.kind = touchpoints.kind AND assignments.subject_id = period.subject_id
    AND assignments.valid_from <= scans.scanned_at
    AND (assignments.valid_to IS NULL OR assignments.valid_to > scans.scanned_at)
LEFT JOIN people ON touchpoints.kind = 'person' AND people.person_id = period.subject_id
LEFT JOIN products ON touchpoints.kind = 'product' AND products.sku = period.subject_id
LEFT JOIN places ON touchpoints.kind = 'place' AND places.place_id = period.subject_id
WHERE scans.verdict = 'human'
    AND (:since IS NULL OR scans.scanned_at >= :since - :window)
    AND (:until IS NULL OR scans.scanned_at < :until)
GROUP BY touchpoints.id, period.valid_from, assignments.valid_from
