-- What a touchpoint stood for over time, the earliest first.
SELECT subject_id, store_id, campaign_id, carrier, label, valid_from, valid_to
FROM touchpoint_periods
WHERE touchpoint_id = :touchpoint_id
ORDER BY valid_from
