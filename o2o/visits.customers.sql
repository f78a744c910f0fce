-- Which member a visitor was seen to be: visitor, customer, when, by what; the earliest time stays.
INSERT INTO visitor_customers (visitor_id, customer, first_at, source)
SELECT id, ?2, ?3, ?4 FROM visitors WHERE visitor = ?1
ON CONFLICT DO UPDATE SET first_at = min(first_at, excluded.first_at)
