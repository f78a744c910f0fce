-- Mini-program codes (小程序码) as WeChat drew them: they can't be drawn again offline.
-- look: which picture of the touchpoint it is (a digest of scene, page and look), empty for one that was brought.
CREATE TABLE mini_program_codes (
    touchpoint_id INTEGER NOT NULL REFERENCES touchpoints,
    look TEXT NOT NULL,
    page TEXT NOT NULL DEFAULT '',
    picture BLOB NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (touchpoint_id, look)
) STRICT;
