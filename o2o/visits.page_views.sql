-- The page views from :since on and before :until (NULL: no bound), each with the scan that caused it: that of its click id, else the
-- last one of its visitor, or of its customer, no longer than :window before.
WITH joined AS (
    SELECT
        *,
        (SELECT scans.id FROM scans WHERE scans.scan_id = page_views.scan_id) AS clicked,
        (
            SELECT scans.id FROM scans
            WHERE scans.visitor_id = page_views.visitor_id AND scans.verdict = 'human'
                AND scans.scanned_at BETWEEN page_views.viewed_at - :window AND page_views.viewed_at
            ORDER BY scans.scanned_at DESC, scans.id DESC
            LIMIT 1
        ) AS visited,
        (
            SELECT scans.id FROM visitor_customers
            JOIN scans ON scans.visitor_id = visitor_customers.visitor_id AND scans.verdict = 'human'
            WHERE visitor_customers.customer = page_views.customer
                AND scans.scanned_at BETWEEN page_views.viewed_at - :window AND page_views.viewed_at
            ORDER BY scans.scanned_at DESC, scans.id DESC
            LIMIT 1
        ) AS known
    FROM page_views
    WHERE viewed_at >= coalesce(:since, 0) AND viewed_at < coalesce(:until, 1 << 62)
)
SELECT
    viewed_at,
    event,
    page,
    customer,
    CASE
        WHEN clicked IS NOT NULL THEN 'scan_id'
        WHEN visited IS NOT NULL THEN 'visitor'
        WHEN known IS NOT NULL THEN 'customer'
        ELSE ''
    END AS joined_by,
    scans.id AS scan,
    scans.scanned_at,
    scans.code
FROM joined
LEFT JOIN scans ON scans.id = coalesce(clicked, visited, known)
ORDER BY viewed_at, joined.id
