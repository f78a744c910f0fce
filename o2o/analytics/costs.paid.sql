-- What was paid for what and for which days, with the campaign and the carrier that touchpoints have.
SELECT
    costs.kind,
    costs.key,
    costs.valid_from,
    costs.valid_to,
    costs.amount,
    CASE costs.kind WHEN 'campaign' THEN costs.key ELSE touchpoints.campaign_id END AS campaign,
    CASE costs.kind WHEN 'carrier' THEN costs.key ELSE touchpoints.carrier END AS carrier,
    touchpoints.code AS touchpoint
FROM costs
LEFT JOIN touchpoints ON costs.kind = 'touchpoint' AND touchpoints.code = costs.key
UNION ALL
SELECT 'campaign', campaign_id, starts_at, ends_at, cost, campaign_id, NULL, NULL
FROM campaigns
WHERE cost IS NOT NULL AND campaign_id NOT IN (SELECT key FROM costs WHERE kind = 'campaign')
