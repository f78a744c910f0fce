-- Whether of the rows after :after up to :until one has a code that has become known.
SELECT 1 FROM scans
WHERE id > :after AND id <= :until AND touchpoint_id IS NULL AND code IN (SELECT code FROM touchpoints)
LIMIT 1
