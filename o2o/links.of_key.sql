-- The touchpoint of a GS1 key at :at: that of the chain, or for a place or a person that in its store; the oldest.
WITH named AS (
    SELECT 'product' AS kind, sku AS subject_id
    FROM barcodes
    WHERE :ai = '01' AND number = :value AND form NOT IN (SELECT value FROM json_each(:local_forms))
    UNION ALL
    SELECT 'person', person_id FROM people WHERE :ai = '8017' AND gsrn = :value
    UNION ALL
    SELECT 'place', place_id FROM places WHERE :ai = '8004' AND giai = :value
    UNION ALL
    SELECT 'place', place_id FROM places WHERE :ai = '414' AND :extension = '' AND gln = :value
    UNION ALL
    SELECT 'place', place_id
    FROM stores
    JOIN places USING (store_id)
    WHERE :ai = '414' AND stores.gln = :value AND place_id = :extension
),
found AS (
    -- two indexes, one of those without an end and one of those with it
    SELECT mark.*
    FROM named
    JOIN touchpoints AS mark USING (kind, subject_id)
    WHERE retired_at IS NULL
    UNION ALL
    SELECT mark.*
    FROM named
    JOIN touchpoints AS mark USING (kind, subject_id)
    WHERE retired_at > :at
    UNION ALL
    SELECT mark.*
    FROM campaigns
    JOIN touchpoints AS mark USING (campaign_id)
    WHERE :ai = '255' AND campaigns.gcn IN (:value, substr(:value, 1, 13))
        AND (mark.retired_at IS NULL OR mark.retired_at > :at)
)
SELECT code
FROM found
WHERE store_id IS NULL OR :ai NOT IN ('01', '255')
ORDER BY store_id IS NOT NULL, campaign_id IS NOT NULL, id
LIMIT 1
