-- Stores in which a campaign has touchpoints; NULL: touchpoints of no store.
SELECT DISTINCT store_id FROM touchpoint_periods WHERE campaign_id = :campaign
