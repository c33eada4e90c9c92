-- The programs that use this store. `beat` counts on while one lives.
CREATE TABLE instance (
    id TEXT PRIMARY KEY,
    program TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    beat INTEGER NOT NULL
) STRICT;

-- Times are milliseconds since 1970. A run belongs to its owner, an instance, as long as `epoch` stays as it is.
CREATE TABLE run (
    id TEXT PRIMARY KEY,
    connection TEXT NOT NULL,
    plan_sha256 TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'stopped', 'finished')),
    by_whom TEXT NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT,
    ticket TEXT,
    options TEXT NOT NULL,
    owner TEXT,
    epoch INTEGER NOT NULL,
    stop_by TEXT,
    lines INTEGER NOT NULL,
    progress TEXT NOT NULL,
    ended_at INTEGER,
    UNIQUE (connection, by_whom, plan_sha256)
) STRICT;

CREATE INDEX run_of_connection ON run (connection, at DESC, id DESC);
CREATE INDEX run_running ON run (owner) WHERE state = 'running';

CREATE TABLE plan (
    run TEXT PRIMARY KEY REFERENCES run (id),
    bytes BLOB NOT NULL
) STRICT;

-- Lines of a run's journal that were committed together. The first line of all is 1.
CREATE TABLE journal (
    run TEXT NOT NULL REFERENCES run (id),
    first_line INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (run, first_line)
) STRICT;
