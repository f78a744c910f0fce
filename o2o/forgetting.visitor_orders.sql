-- Orders of the visitors :names (JSON) name no visitor any more.
UPDATE orders SET visitor = NULL WHERE visitor IN (SELECT value FROM json_each(:names))
