-- Visits by the number of the scan with which they begin.
SELECT id AS conversion, CAST(id AS TEXT) AS name FROM scans
