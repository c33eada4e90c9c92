-- Which instance watches a connection, and what its watch knows. The epoch tells one owner from the next.
CREATE TABLE watch (
    connection TEXT PRIMARY KEY,
    owner TEXT,
    epoch INTEGER NOT NULL DEFAULT 0,
    kept TEXT NOT NULL DEFAULT ''
);
