-- Subjects of cells that are printed again and would not show what they showed: what they did show, and would.
WITH old AS (
    -- include cells: printing/jobs/manifest.cells
),
new AS (
    -- include made: printing/jobs/manifest.cells
),
differing AS (
    SELECT touchpoint_id
    FROM (
        SELECT touchpoint_id, template, url, ean, texts FROM old
        EXCEPT
        SELECT touchpoint_id, template, url, ean, texts FROM new
    )
    UNION
    SELECT touchpoint_id
    FROM (
        SELECT touchpoint_id, template, url, ean, texts FROM new
        EXCEPT
        SELECT touchpoint_id, template, url, ean, texts FROM old
    )
)
SELECT
    mark.kind, mark.subject_id,
    (SELECT face FROM old WHERE old.touchpoint_id = mark.id) AS before,
    (SELECT face FROM new WHERE new.touchpoint_id = mark.id) AS after
FROM differing
JOIN touchpoints AS mark ON mark.id = differing.touchpoint_id
ORDER BY mark.subject_id
