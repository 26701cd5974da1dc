-- Up Migration

-- How far the move from version 1 has come. Where there was no version 1, nothing of this is used.
CREATE TABLE version1_state (
  singleton        boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  phase            text    NOT NULL CHECK (phase IN ('dual_write', 'pg_read', 'complete')),
  -- No way back any more.
  confirmed        boolean NOT NULL CHECK (NOT confirmed OR phase = 'complete'),
  -- Whether there ever was a version 1.
  migrates         boolean NOT NULL,
  default_owner_id text,
  -- Where the backfill is, and what the last verification found.
  backfill         jsonb,
  verification     jsonb
);
INSERT INTO version1_state (phase, confirmed, migrates) VALUES ('complete', true, false);

-- Version 1's keys at which both stores are known to have been the same.
CREATE TABLE version1_keys (
  key          text        PRIMARY KEY,
  -- Of what version 1 held.
  value_sha256 text        NOT NULL,
  -- Of what this version would have written there, so that a change on either side shows.
  state_sha256 text        NOT NULL,
  synced_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Version 1's keys that have to be written again.
CREATE TABLE version1_pending (
  key        text        PRIMARY KEY,
  touched_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Version 1's keys whose things were deleted here: what is found there is never imported again.
CREATE TABLE version1_deleted (
  key        text        PRIMARY KEY,
  deleted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What of version 1 did not fit, to the byte.
CREATE TABLE version1_set_aside (
  key           text        NOT NULL,
  -- Of the value.
  sha256        text        NOT NULL,
  redis_type    text        NOT NULL,
  -- The string, or the dump of what is none.
  value         bytea       NOT NULL,
  reason        text        NOT NULL,
  expires_at    timestamptz,
  first_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_seen_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- Not the key itself: a key that does not fit may be too long for an index.
CREATE UNIQUE INDEX version1_set_aside_key ON version1_set_aside (md5(key), sha256);

-- Down Migration

DROP TABLE version1_set_aside;
DROP TABLE version1_deleted;
DROP TABLE version1_pending;
DROP TABLE version1_keys;
DROP TABLE version1_state;
