-- What of each row read_scans takes; a condition follows.
SELECT
    scans.id,
    scans.scanned_at,
    scans.code,
    user_agents.user_agent,
    scans.source,
    scans.signals,
    scans.region,
    scans.visitor_id,
    scans.verdict,
    scans.reason,
    scans.note
FROM scans
LEFT JOIN user_agents ON user_agents.id = scans.user_agent_id
