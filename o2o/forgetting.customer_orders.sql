-- Orders of the customers :names (JSON) name nobody any more, nor a scan by which they could be found.
UPDATE orders SET customer = NULL, visitor = NULL, scan_id = NULL
WHERE customer IN (SELECT value FROM json_each(:names))
