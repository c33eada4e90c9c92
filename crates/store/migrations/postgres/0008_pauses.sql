-- Until when no reads, and no cancels, are sent because the provider asked an instance for it: microseconds since 1970, as
-- `full_at`.
ALTER TABLE request_budget ADD COLUMN reads_paused_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE request_budget ADD COLUMN cancels_paused_until BIGINT NOT NULL DEFAULT 0;
