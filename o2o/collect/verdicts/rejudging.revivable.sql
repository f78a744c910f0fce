-- The scans of touchpoints with the :codes (JSON) that count as since their retirement, and aren't.
-- include select: collect/verdicts/kept_scans.select
JOIN touchpoints ON touchpoints.id = scans.touchpoint_id
WHERE touchpoints.code IN (SELECT value FROM json_each(:codes))
    AND scans.verdict = :orphan
    AND scans.reason = :reason
    AND (touchpoints.retired_at IS NULL OR touchpoints.retired_at > scans.scanned_at)
