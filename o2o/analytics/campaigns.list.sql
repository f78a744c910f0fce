-- Campaigns that ran in a period, or one of them by its id, the latest first.
SELECT campaign_id, name, starts_at, ends_at, goal
FROM campaigns
WHERE (:campaign <> '' AND campaign_id = :campaign) OR (
    :campaign = ''
    AND (:until IS NULL OR starts_at IS NULL OR starts_at < :until)
    AND (:since IS NULL OR ends_at IS NULL OR ends_at > :since)
)
ORDER BY starts_at IS NULL, starts_at DESC, campaign_id
