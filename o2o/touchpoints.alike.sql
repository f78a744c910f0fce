-- The codes of other live touchpoints that stand for the same as one would.
SELECT code FROM touchpoints
WHERE kind = :kind AND subject_id = :subject_id
    AND coalesce(store_id, '') = coalesce(:store_id, '')
    AND coalesce(campaign_id, '') = coalesce(:campaign_id, '')
    AND carrier = :carrier AND label = :label AND id <> :id
    AND (retired_at IS NULL OR retired_at > :at)
