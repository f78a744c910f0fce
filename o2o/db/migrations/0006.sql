-- Collecting: what of a hit decides its verdict is kept, so that all verdicts can be recomputed with other settings.
-- signals: bits of o2o.collect.verdicts.hit.Signal; rule_id: the destination rule that fired; note: 'remote' or nothing;
-- region: where an offline database places the address, "country|region|city"; the address itself is never kept.
ALTER TABLE scans ADD COLUMN signals INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scans ADD COLUMN rule_id INTEGER;
ALTER TABLE scans ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE scans ADD COLUMN region TEXT NOT NULL DEFAULT '';

-- placed_at: the first scan by a staff card after a touchpoint was new or moved; what came before that is a test.
ALTER TABLE touchpoint_periods ADD COLUMN placed_at INTEGER;

-- hours: when customers can be in, as "Mo-Fr 09:00-21:00; Sa,Su 10:00-22:00", in the store's time zone.
ALTER TABLE stores ADD COLUMN latitude REAL;
ALTER TABLE stores ADD COLUMN longitude REAL;
ALTER TABLE stores ADD COLUMN hours TEXT NOT NULL DEFAULT '';

-- Ordered rules before the fixed destination of a scope; the first whose conditions all hold wins.
-- conditions: JSON. A rule that is changed or removed keeps its row, retired,
-- so that scans.rule_id always has its rule and no id is used twice.
CREATE TABLE destination_rules (
    id INTEGER PRIMARY KEY,
    scope TEXT NOT NULL CHECK (scope IN ('code', 'kind', 'default')),
    key TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    conditions TEXT NOT NULL CHECK (json_valid(conditions)),
    url TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    retired_at INTEGER
) STRICT;

CREATE INDEX destination_rules_live ON destination_rules (scope, key, position) WHERE retired_at IS NULL;

-- What was changed about where scans go; rule_id is NULL for a destination without conditions.
CREATE TABLE destination_changes (
    id INTEGER PRIMARY KEY,
    changed_at INTEGER NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    rule_id INTEGER REFERENCES destination_rules,
    change TEXT NOT NULL CHECK (change IN ('set', 'removed', 'moved', 'renamed')),
    detail TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX scans_by_rule ON scans (rule_id) WHERE rule_id IS NOT NULL;

-- Which member a visitor was seen to be, by a report that named both; orders and registrations say more.
CREATE TABLE visitor_customers (
    visitor_id INTEGER NOT NULL REFERENCES visitors,
    customer TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (visitor_id, customer)
) STRICT, WITHOUT ROWID;

CREATE INDEX visitor_customers_by_customer ON visitor_customers (customer);

-- What visitors did on the destination, as its own analytics tell: views of pages and registrations.
CREATE TABLE page_views (
    id INTEGER PRIMARY KEY,
    viewed_at INTEGER NOT NULL,
    event TEXT NOT NULL CHECK (event IN ('view', 'registration')),
    page TEXT NOT NULL DEFAULT '',
    visitor_id INTEGER REFERENCES visitors,
    customer TEXT,
    scan_id TEXT,
    import_key BLOB
) STRICT;

CREATE UNIQUE INDEX page_views_by_import_key ON page_views (import_key) WHERE import_key IS NOT NULL;

CREATE INDEX page_views_by_time ON page_views (viewed_at);

CREATE INDEX page_views_by_visitor ON page_views (visitor_id, viewed_at) WHERE visitor_id IS NOT NULL;

CREATE INDEX page_views_by_customer ON page_views (customer) WHERE customer IS NOT NULL;

-- Keyed names of visitors and customers who asked to be forgotten, so that no import brings them back.
CREATE TABLE forgotten (
    tombstone BLOB PRIMARY KEY,
    forgotten_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How far each followed or imported log was read: named by a keyed hash of its beginning, so that rotation is seen.
-- position: bytes of the unpacked log; ending: a keyed hash of the last bytes before it, by which it is known again.
CREATE TABLE imported_logs (
    beginning BLOB PRIMARY KEY,
    path TEXT NOT NULL,
    position INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    ending BLOB NOT NULL,
    read_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Visitors with scans between two times that are new or have changed and aren't compared with the visitor's others yet.
CREATE TABLE unjudged (
    visitor_id INTEGER PRIMARY KEY REFERENCES visitors,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;

-- What is compared: all of a visitor but what is beyond his allowance (Signal.FLOOD), which is told from the hit itself.
CREATE INDEX scans_by_series ON scans (visitor_id, scanned_at) WHERE visitor_id IS NOT NULL AND signals & 8 = 0;

-- What a server that is running has to read again. serving.version: counts changes of settings, stores, destinations
-- and rules; touchpoint_changes: touchpoints that were moved or retired, for those minted have new ids.
CREATE TABLE serving (
    version INTEGER NOT NULL
) STRICT;

INSERT INTO serving VALUES (0);

CREATE TABLE touchpoint_changes (
    id INTEGER PRIMARY KEY,
    touchpoint_id INTEGER NOT NULL
) STRICT;

CREATE TRIGGER settings_insert_served AFTER INSERT ON settings
BEGIN UPDATE serving SET version = version + 1; END;

CREATE TRIGGER settings_update_served AFTER UPDATE ON settings
BEGIN UPDATE serving SET version = version + 1; END;

CREATE TRIGGER settings_delete_served AFTER DELETE ON settings
BEGIN UPDATE serving SET version = version + 1; END;

CREATE TRIGGER stores_insert_served AFTER INSERT ON stores
BEGIN UPDATE serving SET version = version + 1; END;

CREATE TRIGGER stores_update_served AFTER UPDATE ON stores
BEGIN UPDATE serving SET version = version + 1; END;

CREATE TRIGGER stores_delete_served AFTER DELETE ON stores
BEGIN UPDATE serving SET version = version + 1; END;

CREATE TRIGGER destinations_insert_served AFTER INSERT ON destinations
BEGIN UPDATE serving SET version = version + 1; END;

CREATE TRIGGER destinations_update_served AFTER UPDATE ON destinations
BEGIN UPDATE serving SET version = version + 1; END;

CREATE TRIGGER destinations_delete_served AFTER DELETE ON destinations
BEGIN UPDATE serving SET version = version + 1; END;

CREATE TRIGGER destination_rules_insert_served AFTER INSERT ON destination_rules
BEGIN UPDATE serving SET version = version + 1; END;

CREATE TRIGGER destination_rules_update_served AFTER UPDATE ON destination_rules
BEGIN UPDATE serving SET version = version + 1; END;

CREATE TRIGGER destination_rules_delete_served AFTER DELETE ON destination_rules
BEGIN UPDATE serving SET version = version + 1; END;

CREATE TRIGGER touchpoints_update_served AFTER UPDATE ON touchpoints
BEGIN INSERT INTO touchpoint_changes (touchpoint_id) VALUES (new.id); END;

CREATE TRIGGER touchpoint_periods_insert_served AFTER INSERT ON touchpoint_periods
WHEN EXISTS (SELECT 1 FROM touchpoint_periods WHERE touchpoint_id = new.touchpoint_id AND valid_from <> new.valid_from)
BEGIN INSERT INTO touchpoint_changes (touchpoint_id) VALUES (new.touchpoint_id); END;

CREATE TRIGGER touchpoint_periods_update_served
AFTER UPDATE OF subject_id, store_id, campaign_id, carrier, label, valid_from, valid_to, placed_at ON touchpoint_periods
BEGIN INSERT INTO touchpoint_changes (touchpoint_id) VALUES (new.touchpoint_id); END;

CREATE TRIGGER touchpoint_periods_delete_served AFTER DELETE ON touchpoint_periods
BEGIN INSERT INTO touchpoint_changes (touchpoint_id) VALUES (old.touchpoint_id); END;

-- Who may report scans: a keyed hash of each token, never the token itself.
CREATE TABLE report_tokens (
    name TEXT PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

-- Which printed links open a mini-program: the rules set in WeChat's console, noted here so that prints can be checked.
CREATE TABLE wechat_rules (
    prefix TEXT PRIMARY KEY,
    added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Files that prove to WeChat and others that a domain is ours; answered under the base URL by their name.
CREATE TABLE verification_files (
    name TEXT PRIMARY KEY,
    content BLOB NOT NULL,
    added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
