-- Credit of campaigns for orders that came while they ran.
SELECT credits.conversion, credits.key, credits.delta, credits.weight, credits.total, credits.money
FROM (
    -- include credits: attribution/models.split_evenly
) AS credits
JOIN (
    -- include identities: attribution/journeys.identities
) AS identities ON identities.conversion = credits.conversion
JOIN campaigns ON campaigns.campaign_id = credits.key
WHERE (campaigns.starts_at IS NULL OR identities.at >= campaigns.starts_at)
    AND (campaigns.ends_at IS NULL OR identities.at < campaigns.ends_at)
