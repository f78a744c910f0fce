-- Registrations by who registered.
SELECT id AS conversion, customer AS name FROM page_views
