-- Up Migration

-- Which Redis is trusted. Values in Redis carry the epoch; a value of another epoch is a miss.
CREATE TABLE cache_epoch (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  epoch     bigint  NOT NULL,
  run_id    text,
  -- False until nobody can trust the Redis of the epoch before any more.
  in_force  boolean NOT NULL
);
INSERT INTO cache_epoch (epoch, run_id, in_force) VALUES (1, NULL, false);

-- Cache entries that a committed transaction made stale and that are not known to be gone from Redis yet.
CREATE TABLE cache_invalidations (
  id          uuid        PRIMARY KEY,
  keys        text[]      NOT NULL,
  -- Set by a writer that could not deliver: while such a row exists, nobody trusts Redis.
  undelivered boolean     NOT NULL DEFAULT false,
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX cache_invalidations_undelivered ON cache_invalidations (id) WHERE undelivered;
CREATE INDEX cache_invalidations_created_at ON cache_invalidations (created_at);

-- Down Migration

DROP TABLE cache_invalidations;
DROP TABLE cache_epoch;
