-- Who failed to sign in: a peer, or everybody together. Times are milliseconds since 1970. Each failure puts `clear_at`
-- further off.
CREATE TABLE failed_sign_in (
    subject TEXT PRIMARY KEY,
    clear_at BIGINT NOT NULL,
    failed_at BIGINT NOT NULL
);

CREATE INDEX failed_sign_in_failed ON failed_sign_in (failed_at);
