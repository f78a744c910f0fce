-- The :limit newest rows of scans after :after_id, the newest first.
SELECT
    scans.id,
    scanned_at,
    scans.code,
    verdict,
    reason,
    source,
    coalesce(touchpoints.kind, '') AS kind,
    coalesce(touchpoints.subject_id, '') AS subject_id,
    coalesce(touchpoints.store_id, '') AS store_id,
    coalesce(user_agents.user_agent, '') AS user_agent
FROM scans
LEFT JOIN touchpoints ON touchpoints.id = scans.touchpoint_id
LEFT JOIN user_agents ON user_agents.id = scans.user_agent_id
WHERE scans.id > :after_id
ORDER BY scans.id DESC
LIMIT :limit
