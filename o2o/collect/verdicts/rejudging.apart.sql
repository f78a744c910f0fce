-- Scans that are compared with no others, of the rows after :after up to :until.
-- include select: collect/verdicts/kept_scans.select
WHERE scans.id > :after AND scans.id <= :until AND (scans.visitor_id IS NULL OR scans.signals & 8 <> 0)
