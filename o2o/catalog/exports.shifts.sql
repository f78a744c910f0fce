SELECT person_id, store_id, started_at AS "start", ended_at AS "end", NULL AS retired_at
FROM shifts
WHERE :retired OR person_id NOT IN (SELECT person_id FROM people WHERE retired_at <= :at)
ORDER BY person_id, started_at
