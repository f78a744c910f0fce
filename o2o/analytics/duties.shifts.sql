-- Shifts in a period.
SELECT person_id, store_id, max(started_at, :since) AS start, min(ended_at, :until) AS end
FROM shifts
WHERE started_at < :until AND ended_at > :since
