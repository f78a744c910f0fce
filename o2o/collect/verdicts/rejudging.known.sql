-- Rows after :after up to :until whose code has become known belong to its touchpoint.
UPDATE scans SET touchpoint_id = touchpoints.id
FROM touchpoints
WHERE scans.id > :after AND scans.id <= :until AND scans.touchpoint_id IS NULL AND touchpoints.code = scans.code
