-- The counted scans of each touchpoint on each recent day (of the chain's clock) of the period.
SELECT touchpoints.code, (scans.scanned_at + :shift) / 86400000 AS day, count(*) AS scans
FROM scans
JOIN touchpoints ON touchpoints.id = scans.touchpoint_id
WHERE scans.verdict = 'human' AND scans.scanned_at >= :since AND scans.scanned_at < :until
    AND scans.scanned_at + :shift >= :young
GROUP BY touchpoints.code, (scans.scanned_at + :shift) / 86400000
