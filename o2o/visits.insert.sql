-- A page view of a visitor who is in the file already.
INSERT INTO page_views (viewed_at, event, page, visitor_id, customer, scan_id, import_key)
VALUES (
    :viewed_at, :event, :page, (SELECT id FROM visitors WHERE visitor = :visitor), :customer, :scan_id, :import_key
)
ON CONFLICT DO NOTHING
