-- Scans that rules answered, newer than :after.
SELECT rule_id, scan_id FROM scans WHERE id > :after AND rule_id IS NOT NULL
