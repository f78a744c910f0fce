SELECT
    campaign_id, name, starts_at AS "start", ends_at AS "end", cost, goal,
    iif(goal = 'revenue', target * 1.0 / :unit, target) AS target, gcn, extra, retired_at
FROM campaigns
WHERE retired_at IS NULL OR retired_at > :at OR :retired
ORDER BY campaign_id
