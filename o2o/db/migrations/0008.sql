-- Analytics: who worked when, how many came by, what things cost.

-- When a person worked in a store; a person is in one store at a time.
CREATE TABLE shifts (
    person_id TEXT NOT NULL REFERENCES people,
    started_at INTEGER NOT NULL,
    store_id TEXT NOT NULL REFERENCES stores,
    ended_at INTEGER NOT NULL CHECK (ended_at > started_at),
    import_id INTEGER,
    PRIMARY KEY (person_id, started_at)
) STRICT, WITHOUT ROWID;

-- How many people a store's counter counted from when until when; counts of a store never overlap.
CREATE TABLE traffic (
    store_id TEXT NOT NULL REFERENCES stores,
    counted_from INTEGER NOT NULL,
    counted_to INTEGER NOT NULL CHECK (counted_to > counted_from),
    count INTEGER NOT NULL CHECK (count >= 0),
    import_id INTEGER,
    PRIMARY KEY (store_id, counted_from)
) STRICT, WITHOUT ROWID;

-- What a campaign, a touchpoint (by its code) or a carrier costs over some days; note tells several costs of the same apart.
CREATE TABLE costs (
    kind TEXT NOT NULL CHECK (kind IN ('campaign', 'touchpoint', 'carrier')),
    key TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    valid_to INTEGER NOT NULL CHECK (valid_to > valid_from),
    amount INTEGER NOT NULL,
    import_id INTEGER,
    PRIMARY KEY (kind, key, valid_from, note)
) STRICT, WITHOUT ROWID;

-- Experiments: written down before they are read. What was asked, who was dealt what, and each time someone looked.

-- experiment_id: the name it was given; first_day: local; terms: the rest of what was fixed then (JSON).
CREATE TABLE experiments (
    experiment_id TEXT PRIMARY KEY,
    design TEXT NOT NULL CHECK (design IN ('ab', 'switchback', 'matched', 'staggered')),
    measure TEXT NOT NULL,
    hypothesis TEXT NOT NULL,
    first_day TEXT NOT NULL,
    days INTEGER NOT NULL CHECK (days > 0),
    seed INTEGER NOT NULL,
    terms TEXT NOT NULL CHECK (json_valid(terms)),
    designed_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT, WITHOUT ROWID;

-- The arms of an A/B test: rules of one split, or touchpoints (keys: JSON list), and the share planned for each.
CREATE TABLE experiment_arms (
    experiment_id TEXT NOT NULL REFERENCES experiments,
    position INTEGER NOT NULL,
    arm TEXT NOT NULL,
    share REAL NOT NULL CHECK (share > 0),
    keys TEXT NOT NULL CHECK (json_valid(keys)),
    PRIMARY KEY (experiment_id, position)
) STRICT, WITHOUT ROWID;

-- Which store has the change on which local day; block: within what it was dealt (days, a pair of stores, a wave).
CREATE TABLE experiment_days (
    experiment_id TEXT NOT NULL REFERENCES experiments,
    store_id TEXT NOT NULL,
    day TEXT NOT NULL,
    treated INTEGER NOT NULL CHECK (treated IN (0, 1)),
    block INTEGER NOT NULL,
    PRIMARY KEY (experiment_id, store_id, day)
) STRICT, WITHOUT ROWID;

-- What the change is: touchpoints, places, campaigns and so on, which reports show it beside.
CREATE TABLE experiment_signs (
    experiment_id TEXT NOT NULL REFERENCES experiments,
    level TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (experiment_id, level, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX experiment_signs_by_key ON experiment_signs (level, key);

-- Each look; final: after the end. verdict, effect, low, high: as it was told.
CREATE TABLE experiment_readings (
    id INTEGER PRIMARY KEY,
    experiment_id TEXT NOT NULL REFERENCES experiments,
    read_at INTEGER NOT NULL,
    final INTEGER NOT NULL CHECK (final IN (0, 1)),
    verdict TEXT NOT NULL,
    effect REAL,
    low REAL,
    high REAL,
    extra REAL,
    extra_low REAL,
    extra_high REAL
) STRICT;

CREATE INDEX experiment_readings_by_experiment ON experiment_readings (experiment_id, read_at);
