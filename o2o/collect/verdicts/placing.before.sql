-- The scans of a touchpoint from one time to before another.
-- include select: collect/verdicts/kept_scans.select
WHERE scans.touchpoint_id = :touchpoint AND scans.scanned_at >= :since AND scans.scanned_at < :until
