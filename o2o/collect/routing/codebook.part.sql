-- The touchpoints of a range of ids as they stand at :now, each as JSON on a line, together by how their codes begin.
SELECT
    substr(touchpoints.code, 1, :length) AS beginning,
    count(*),
    group_concat(
        json_array(
            touchpoints.code,
            touchpoints.kind,
            period.subject_id,
            period.store_id,
            period.campaign_id,
            period.carrier,
            period.label,
            touchpoints.retired_at
        ),
        char(10)
    )
FROM touchpoints
CROSS JOIN touchpoint_periods AS period
    ON period.touchpoint_id = touchpoints.id
    AND period.valid_from <= :now
    AND (period.valid_to IS NULL OR period.valid_to > :now)
WHERE touchpoints.id > :after AND touchpoints.id <= :after + :range
GROUP BY beginning
