-- Who is signed in. The browser has the token, and this its SHA-256. Times are milliseconds since 1970.
CREATE TABLE session (
    token_sha256 BLOB PRIMARY KEY,
    person TEXT NOT NULL,
    groups TEXT NOT NULL,
    by_token BLOB,
    begun_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT;

CREATE INDEX session_used ON session (used_at);

-- Attempts to sign in at an issuer that came back: each comes back once.
CREATE TABLE sign_in_attempt (
    id BLOB PRIMARY KEY,
    ended_at INTEGER NOT NULL
) STRICT;

-- Keys that all instances share, made by the first one.
CREATE TABLE server_key (
    name TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;
