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
