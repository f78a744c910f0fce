-- Stores in which a campaign has touchpoints.
SELECT DISTINCT store_id FROM touchpoint_periods WHERE campaign_id = :campaign AND store_id IS NOT NULL
