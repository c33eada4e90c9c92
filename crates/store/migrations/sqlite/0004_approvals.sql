-- Where a run stands that a second person may have to approve; NULL where no rule asked for that. `approval_at` is when
-- it came to stand there. Until it is approved, `state` is 'stopped': nobody works on it, except to read it.
ALTER TABLE run ADD COLUMN approval TEXT
    CHECK (approval IN ('reading', 'waiting', 'unneeded', 'approved', 'declined', 'withdrawn', 'expired'));
ALTER TABLE run ADD COLUMN approval_at INTEGER;
ALTER TABLE run ADD COLUMN decided_by TEXT;

-- How many targets are asked for, and the hash of what is approved.
ALTER TABLE run ADD COLUMN requested_targets INTEGER;
ALTER TABLE run ADD COLUMN approved_sha256 TEXT;

-- The plan as it was read at the provider: that is what is approved, and what runs.
ALTER TABLE plan ADD COLUMN approved_bytes BLOB;

CREATE INDEX run_approval ON run (approval) WHERE approval IN ('reading', 'waiting');

-- Cancels that one person sent without approval, so that too many of them need one. `target` is one command.
CREATE TABLE unapproved (
    connection TEXT NOT NULL,
    who TEXT NOT NULL,
    target TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (connection, who, target)
) STRICT;
