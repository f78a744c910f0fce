-- Page views of the customers :names (JSON) name nobody any more.
UPDATE page_views SET customer = NULL, visitor_id = NULL, scan_id = NULL
WHERE customer IN (SELECT value FROM json_each(:names))
