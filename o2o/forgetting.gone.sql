-- The next :limit visitors with a name that were not seen since :before.
SELECT visitors.id, visitors.visitor FROM visitors
WHERE visitors.id > :after
    AND visitors.visitor NOT LIKE 'forgotten.%'
    AND NOT EXISTS (SELECT 1 FROM scans WHERE scans.visitor_id = visitors.id AND scans.scanned_at >= :before)
    AND NOT EXISTS (SELECT 1 FROM page_views WHERE page_views.visitor_id = visitors.id AND viewed_at >= :before)
ORDER BY visitors.id
LIMIT :limit
