-- The periods of :touchpoints (JSON), each with its first scan and its first one by staff after a staff card.
SELECT
    period.touchpoint_id,
    period.valid_from,
    period.placed_at,
    min(scans.scanned_at) AS first,
    min(CASE WHEN scans.verdict = 'staff_test' AND scans.reason = :after_card THEN scans.scanned_at END) AS carded
FROM touchpoint_periods AS period
JOIN scans
    ON scans.touchpoint_id = period.touchpoint_id
    AND scans.scanned_at >= period.valid_from
    AND (period.valid_to IS NULL OR scans.scanned_at < period.valid_to)
WHERE period.touchpoint_id IN (SELECT value FROM json_each(:touchpoints))
GROUP BY period.touchpoint_id, period.valid_from
