-- The budget of requests of each connection, which instances lease: the microsecond since 1970, by the database's clock,
-- at which all tokens are back.
CREATE TABLE request_budget (
    connection TEXT PRIMARY KEY,
    full_at INTEGER NOT NULL
) STRICT;
