-- Cells of a job that is printed again whole and would not be as they were, each in its place.
WITH old AS (
    -- include cells: printing/jobs/manifest.cells
),
new AS (
    -- include made: printing/jobs/manifest.cells
),
differing AS (
    SELECT page, cell, touchpoint_id
    FROM (
        SELECT page, cell, touchpoint_id, template, url, ean, texts, x, y, width, height FROM old
        EXCEPT
        SELECT page, cell, touchpoint_id, template, url, ean, texts, x, y, width, height FROM new
    )
    UNION
    SELECT page, cell, touchpoint_id
    FROM (
        SELECT page, cell, touchpoint_id, template, url, ean, texts, x, y, width, height FROM new
        EXCEPT
        SELECT page, cell, touchpoint_id, template, url, ean, texts, x, y, width, height FROM old
    )
)
SELECT mark.kind, mark.subject_id, old.face AS before, new.face AS after
FROM differing
JOIN touchpoints AS mark ON mark.id = differing.touchpoint_id
LEFT JOIN old USING (page, cell, touchpoint_id)
LEFT JOIN new USING (page, cell, touchpoint_id)
ORDER BY differing.page, differing.cell
