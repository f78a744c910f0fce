-- Scans of the touchpoints of an A/B test; :arms: a JSON list of [touchpoint, arm].
SELECT
    scans.id, coalesce(scans.visitor_id, -scans.id) AS unit, scans.scanned_at,
    CAST(json_extract(arm.value, '$[1]') AS INTEGER) AS arm
FROM json_each(:arms) AS arm
JOIN scans ON scans.touchpoint_id = json_extract(arm.value, '$[0]')
WHERE scans.verdict = 'human' AND scans.scanned_at >= :first AND scans.scanned_at < :last
