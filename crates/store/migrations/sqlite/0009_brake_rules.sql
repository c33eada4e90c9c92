-- Brakes that two persons agreed on beforehand. Times are milliseconds since 1970; `sweep` is what may be braked, in words
-- of the server's. A rule is in force where it is 'signed' and `valid_until` is to come.
CREATE TABLE brake_rule (
    id TEXT PRIMARY KEY,
    connection TEXT NOT NULL,
    sweep TEXT NOT NULL,
    automatic INTEGER NOT NULL,
    reason TEXT,
    valid_until INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'signed', 'declined', 'revoked')),
    proposed_by TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    signed_by TEXT,
    signed_at INTEGER,
    ended_by TEXT,
    ended_at INTEGER,
    CHECK (signed_by <> proposed_by)
) STRICT;

CREATE INDEX brake_rule_of_connection ON brake_rule (connection, proposed_at DESC, id DESC);

-- The rule under which a run needed no approval.
ALTER TABLE run ADD COLUMN rule TEXT;
