-- Lines of the audit that were committed together. The first line of all is 1. `batch` names them: lines that are added
-- again are found by it. `last_sha256` is the hash of the last of these lines, and `checkpoint` is the note that the
-- first of them holds, where that is a checkpoint.
CREATE TABLE audit (
    first_line BIGINT PRIMARY KEY,
    lines BIGINT NOT NULL,
    at BIGINT NOT NULL,
    batch BYTEA NOT NULL UNIQUE,
    last_sha256 TEXT NOT NULL,
    checkpoint TEXT,
    bytes BYTEA NOT NULL
);

CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_checkpoint ON audit (first_line) WHERE checkpoint IS NOT NULL;

-- The one row says where the chain ends. Whoever adds lines locks it until they are committed.
CREATE TABLE audit_head (
    id SMALLINT PRIMARY KEY CHECK (id = 1),
    lines BIGINT NOT NULL,
    last_sha256 TEXT NOT NULL,
    ends_in_checkpoint BIGINT NOT NULL
);

INSERT INTO audit_head (id, lines, last_sha256, ends_in_checkpoint) VALUES (1, 0, '', 0);
