-- Redemptions of the customers :names (JSON) name nobody any more, nor a scan or an order by which they could be found.
UPDATE redemptions SET customer = NULL, visitor = NULL, scan_id = NULL, order_id = ''
WHERE customer IN (SELECT value FROM json_each(:names))
