-- What is printed, so that it can be printed again and compared; stocks and printers of the shop's own.
-- store_id: whose prints they are; day: whose prices and promotions they show; options: the choice and the order, JSON.
ALTER TABLE print_jobs ADD COLUMN store_id TEXT REFERENCES stores;
ALTER TABLE print_jobs ADD COLUMN day TEXT NOT NULL DEFAULT '';
ALTER TABLE print_jobs ADD COLUMN options TEXT NOT NULL DEFAULT '{}';

-- face: what a cell shows of its subject, field by field, JSON; so that what has changed since can be told.
ALTER TABLE print_cells ADD COLUMN face TEXT NOT NULL DEFAULT '{}';

CREATE INDEX print_jobs_by_store ON print_jobs (store_id);

-- geometry: page, cell, grid, origin, pitch in mm, dpi, cut_marks, JSON.
CREATE TABLE stocks (
    stock TEXT PRIMARY KEY,
    about TEXT NOT NULL,
    geometry TEXT NOT NULL
) STRICT;

-- Tags of what is gone, as they were last put on a list of tags to take down.
CREATE TABLE take_downs (
    store_id TEXT NOT NULL REFERENCES stores,
    touchpoint_id INTEGER NOT NULL REFERENCES touchpoints,
    listed_at INTEGER NOT NULL,
    PRIMARY KEY (store_id, touchpoint_id)
) STRICT, WITHOUT ROWID;

-- How far off a printer prints: offset in mm to the right and down, and how many times too long its mm are.
CREATE TABLE printers (
    printer TEXT PRIMARY KEY,
    dpi INTEGER,
    offset_x REAL NOT NULL DEFAULT 0,
    offset_y REAL NOT NULL DEFAULT 0,
    scale_x REAL NOT NULL DEFAULT 1 CHECK (scale_x BETWEEN 0.9 AND 1.1),
    scale_y REAL NOT NULL DEFAULT 1 CHECK (scale_y BETWEEN 0.9 AND 1.1),
    address TEXT NOT NULL DEFAULT ''
) STRICT;
