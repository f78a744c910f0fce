-- The touchpoints that are new, moved or retired since a server read them.
SELECT id FROM touchpoints WHERE id > :touchpoint
UNION
SELECT touchpoint_id FROM touchpoint_changes WHERE id > :change
