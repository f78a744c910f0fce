-- Each touch of each conversion in whole numbers: its key, its kind (3: of no touchpoint), who made the scan.
SELECT
    journeys.conversion,
    journeys.scan,
    journeys.scanned_at,
    keys.number AS key,
    CASE journeys.kind WHEN 'person' THEN 0 WHEN 'product' THEN 1 WHEN 'place' THEN 2 ELSE 3 END AS kind,
    coalesce(scans.visitor_id, 0) AS visitor
FROM (
    -- include journeys: attribution/journeys.keyed
) AS journeys
JOIN (
    -- include keys: attribution/audit.keys
) AS keys ON keys.key = journeys.key
JOIN scans ON scans.id = journeys.scan
