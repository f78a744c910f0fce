-- Touchpoints that staff have scanned after a staff card, or that were placed so.
SELECT touchpoint_id FROM scans WHERE verdict = 'staff_test' AND reason = :after_card
UNION
SELECT touchpoint_id FROM touchpoint_periods WHERE placed_at IS NOT NULL
