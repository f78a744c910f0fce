-- From when until when each person had a code in a store and, as far as it is known, was assigned there.
SELECT
    period.subject_id AS person_id,
    coalesce(period.store_id, '') AS store_id,
    max(:since, period.valid_from, coalesce(stays.valid_from, 0)) AS start,
    min(
        :until,
        coalesce(period.valid_to, :until),
        coalesce(touchpoints.retired_at, :until),
        coalesce(stays.valid_to, :until)
    ) AS end
FROM touchpoint_periods AS period
JOIN touchpoints ON touchpoints.id = period.touchpoint_id
LEFT JOIN assignments AS stays
    ON stays.kind = 'person' AND stays.subject_id = period.subject_id AND stays.store_id IS period.store_id
WHERE touchpoints.kind = 'person'
