-- Counted scans of what was a campaign's touchpoint at the time, and their visitors.
SELECT count(*) AS scans, count(DISTINCT scans.visitor_id) AS visitors
FROM touchpoint_periods AS period
JOIN scans ON scans.touchpoint_id = period.touchpoint_id
    AND scans.scanned_at >= period.valid_from
    AND (period.valid_to IS NULL OR scans.scanned_at < period.valid_to)
WHERE period.campaign_id = :campaign
    AND scans.verdict = 'human'
    AND (:since IS NULL OR scans.scanned_at >= :since)
    AND (:until IS NULL OR scans.scanned_at < :until)
