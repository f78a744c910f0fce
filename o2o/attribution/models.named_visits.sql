-- Visits by the scan with which they begin: its id, where it has one, and the store of its touchpoint.
SELECT scans.id AS conversion, coalesce(scans.scan_id, '') AS name, touchpoints.store_id, scans.scanned_at AS at
FROM scans
LEFT JOIN touchpoints ON touchpoints.id = scans.touchpoint_id
