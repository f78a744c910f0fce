-- Scans since their touchpoint was retired count for nothing.
UPDATE scans SET verdict = :orphan, reason = :reason, note = ''
FROM touchpoints
WHERE touchpoints.id = scans.touchpoint_id AND scans.scanned_at >= touchpoints.retired_at AND verdict <> :orphan
RETURNING visitor_id, scanned_at
