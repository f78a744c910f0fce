-- Views with plain names, so that the file is pleasant to read in any SQLite browser. Times are UTC text.

CREATE VIEW v_touchpoints AS
SELECT
    t.code,
    t.kind,
    t.subject_id,
    coalesce(person.name, product.name, place.name) AS name,
    t.store_id,
    store.name AS store,
    t.campaign_id,
    t.carrier,
    t.label,
    strftime('%Y-%m-%d %H:%M:%S', t.minted_at / 1000, 'unixepoch') AS minted_utc,
    strftime('%Y-%m-%d %H:%M:%S', t.retired_at / 1000, 'unixepoch') AS retired_utc
FROM touchpoints AS t
LEFT JOIN people AS person ON t.kind = 'person' AND person.person_id = t.subject_id
LEFT JOIN products AS product ON t.kind = 'product' AND product.sku = t.subject_id
LEFT JOIN places AS place ON t.kind = 'place' AND place.place_id = t.subject_id
LEFT JOIN stores AS store ON store.store_id = t.store_id;

CREATE VIEW v_scans AS
SELECT
    scans.id,
    strftime('%Y-%m-%d %H:%M:%S', scans.scanned_at / 1000, 'unixepoch') AS scanned_utc,
    scans.code,
    scans.verdict,
    scans.reason,
    visitors.visitor,
    user_agents.user_agent,
    scans.source
FROM scans
LEFT JOIN visitors ON visitors.id = scans.visitor_id
LEFT JOIN user_agents ON user_agents.id = scans.user_agent_id;

-- What stood where is that of the day of the scan.
CREATE VIEW v_touchpoint_daily AS
SELECT
    strftime('%Y-%m-%d', scans.scanned_at / 1000, 'unixepoch') AS day_utc,
    touchpoints.code,
    touchpoints.kind,
    period.subject_id,
    period.store_id,
    period.campaign_id,
    period.carrier,
    count(*) AS scans,
    count(DISTINCT scans.visitor_id) AS visitors
FROM scans
JOIN touchpoints ON touchpoints.id = scans.touchpoint_id
JOIN touchpoint_periods AS period
    ON period.touchpoint_id = touchpoints.id
    AND period.valid_from <= scans.scanned_at
    AND (period.valid_to IS NULL OR scans.scanned_at < period.valid_to)
WHERE scans.verdict = 'human'
GROUP BY day_utc, touchpoints.id, period.valid_from;
