-- Touchpoints as they stand today, in the order in which they were minted.
SELECT id, code, kind, subject_id, store_id, campaign_id, carrier, label, minted_at, retired_at
FROM touchpoints
WHERE (:kind IS NULL OR kind = :kind)
    AND (:store_id IS NULL OR store_id = :store_id)
    AND (:campaign_id IS NULL OR campaign_id = :campaign_id)
    AND (:carrier IS NULL OR carrier = :carrier)
    AND (retired_at IS NULL OR NOT :live_only)
ORDER BY id
