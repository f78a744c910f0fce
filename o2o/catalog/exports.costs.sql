SELECT kind, key, valid_from AS "from", valid_to AS "to", amount, note, NULL AS retired_at
FROM costs
WHERE :retired OR kind <> 'campaign' OR key NOT IN (SELECT campaign_id FROM campaigns WHERE retired_at <= :at)
ORDER BY kind, key, valid_from, note
