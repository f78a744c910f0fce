-- From when on each touchpoint may stand for something else, in the columns of journeys: from the beginning, and whenever
-- one of its periods, or what its subject was assigned to, begins or ends.
WITH assigned AS (
    SELECT period.touchpoint_id, assignments.valid_from, assignments.valid_to
    FROM touchpoints
    JOIN touchpoint_periods AS period ON period.touchpoint_id = touchpoints.id
    JOIN assignments ON assignments.kind = touchpoints.kind AND assignments.subject_id = period.subject_id
),
stands AS (
    SELECT id AS touchpoint_id, 0 AS at FROM touchpoints
    UNION
    SELECT touchpoint_id, valid_from FROM touchpoint_periods
    UNION
    SELECT touchpoint_id, valid_to FROM touchpoint_periods WHERE valid_to IS NOT NULL
    UNION
    SELECT touchpoint_id, valid_from FROM assigned
    UNION
    SELECT touchpoint_id, valid_to FROM assigned WHERE valid_to IS NOT NULL
)
SELECT
    touchpoint_id AS conversion,
    0 AS scan,
    at AS scanned_at,
    touchpoint_id,
    0 AS position,
    0 AS length,
    0 AS older
FROM stands
