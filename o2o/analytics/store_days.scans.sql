-- Counted scans in each store by :bucket milliseconds; :signs: of these touchpoints only (a JSON list of ids, or NULL).
SELECT period.store_id, scans.scanned_at / :bucket AS bucket, count(*) AS scans
FROM scans
JOIN touchpoint_periods AS period
    ON period.touchpoint_id = scans.touchpoint_id
    AND period.valid_from <= scans.scanned_at
    AND (period.valid_to IS NULL OR period.valid_to > scans.scanned_at)
WHERE scans.verdict = 'human' AND scans.scanned_at >= :since AND scans.scanned_at < :until
    AND period.store_id IS NOT NULL
    AND (:signs IS NULL OR scans.touchpoint_id IN (SELECT value FROM json_each(:signs)))
GROUP BY period.store_id, scans.scanned_at / :bucket
