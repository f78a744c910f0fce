-- People and places that are there at :at and haven't been retired by :now, in a store that is kept.
SELECT stays.kind, stays.subject_id, stays.store_id, stays.name, stays.detail, people.retired_at AS leaves_at
FROM (
    -- include stays: catalog/assignments.stays
) AS stays
LEFT JOIN people ON stays.kind = 'person' AND people.person_id = stays.subject_id
LEFT JOIN places ON stays.kind = 'place' AND places.place_id = stays.subject_id
LEFT JOIN stores ON stores.store_id = stays.store_id
WHERE stays.valid_from <= :at AND (stays.valid_to IS NULL OR stays.valid_to > :at)
    AND (people.retired_at IS NULL OR people.retired_at > max(:at, :now))
    AND (places.retired_at IS NULL OR places.retired_at > max(:at, :now))
    AND (stores.retired_at IS NULL OR stores.retired_at > max(:at, :now))
