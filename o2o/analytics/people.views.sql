-- Views of pages on the destination, as conversions are.
SELECT
    page_views.id AS conversion,
    page_views.viewed_at AS at,
    CAST(NULL AS TEXT) AS store_id,
    page_views.customer,
    visitors.visitor,
    page_views.scan_id,
    CAST(NULL AS TEXT) AS sku
FROM page_views
LEFT JOIN visitors ON visitors.id = page_views.visitor_id
WHERE page_views.event = 'view'
