-- Redemptions of the visitors :names (JSON) name no visitor any more.
UPDATE redemptions SET visitor = NULL WHERE visitor IN (SELECT value FROM json_each(:names))
