-- Notices, a row for each destination of each. `next_at` is when one is tried next: whoever takes it moves that on, so
-- that nobody else takes it meanwhile, and counts `attempts` on. Times are milliseconds since 1970.
CREATE TABLE outbox (
    id TEXT NOT NULL,
    destination TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'given_up')),
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    ended_at INTEGER,
    last_error TEXT,
    PRIMARY KEY (id, destination)
) STRICT;

CREATE INDEX outbox_waiting ON outbox (destination, next_at) WHERE state = 'waiting';
CREATE INDEX outbox_ended ON outbox (ended_at) WHERE ended_at IS NOT NULL;
