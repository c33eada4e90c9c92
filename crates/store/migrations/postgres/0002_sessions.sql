-- Who is signed in. The browser has the token, and this its SHA-256. Times are milliseconds since 1970.
CREATE TABLE session (
    token_sha256 BYTEA PRIMARY KEY,
    person TEXT NOT NULL,
    groups TEXT NOT NULL,
    by_token BYTEA,
    begun_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);

CREATE INDEX session_used ON session (used_at);

-- Attempts to sign in at an issuer that came back: each comes back once.
CREATE TABLE sign_in_attempt (
    id BYTEA PRIMARY KEY,
    ended_at BIGINT NOT NULL
);

-- Keys that all instances share, made by the first one.
CREATE TABLE server_key (
    name TEXT PRIMARY KEY,
    bytes BYTEA NOT NULL
);
