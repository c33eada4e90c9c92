-- Who failed to sign in: a peer, or everybody together. Times are milliseconds since 1970. Each failure puts `clear_at`
-- further off.
CREATE TABLE failed_sign_in (
    subject TEXT PRIMARY KEY,
    clear_at BIGINT NOT NULL,
    failed_at BIGINT NOT NULL
);

CREATE INDEX failed_sign_in_failed ON failed_sign_in (failed_at);

-- What the issuer calls the person (`sub`) and its own session (`sid`), by which it ends them.
ALTER TABLE session ADD COLUMN subject TEXT;
ALTER TABLE session ADD COLUMN issuer_session TEXT;

CREATE INDEX session_subject ON session (subject);

-- Logout tokens of an issuer that were used: each is used once.
CREATE TABLE logout_token (
    jti_sha256 BYTEA PRIMARY KEY,
    used_at BIGINT NOT NULL
);

-- What the groups are read again with: the issuer's refresh token, sealed with the session's own token, which only the
-- browser has. One instance at a time reads them, until `refresh_claimed_until`, and none before `refresh_retry_at`.
ALTER TABLE session ADD COLUMN refresh_token BYTEA;
ALTER TABLE session ADD COLUMN refreshed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN refresh_claimed_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN refresh_retry_at BIGINT NOT NULL DEFAULT 0;
