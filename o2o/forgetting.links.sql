-- What tells which visitors the customers :names (JSON) are.
DELETE FROM visitor_customers WHERE customer IN (SELECT value FROM json_each(:names))
