-- Scans by people that the rule :rule_id answered, or another one of its scope, even a retired one, with its address.
-- CROSS JOIN: from the few rules to their scans, never through all scans that any rule answered.
SELECT count(*)
FROM destination_rules AS rule
CROSS JOIN destination_rules AS alike ON alike.scope = rule.scope AND alike.key = rule.key AND alike.url = rule.url
CROSS JOIN scans ON scans.rule_id = alike.id
WHERE rule.id = :rule_id AND scans.verdict = 'human'
