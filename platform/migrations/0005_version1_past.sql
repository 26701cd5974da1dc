-- Up Migration

-- The Redis process at which both stores were last known to be the same.
ALTER TABLE version1_keys ADD COLUMN run_id text;

-- What version 1's keys are known to have held before: when another process has it again, it comes from an old dump.
CREATE TABLE version1_past (
  key    text NOT NULL,
  sha256 text NOT NULL,
  PRIMARY KEY (key, sha256)
);

-- Down Migration

DROP TABLE version1_past;
ALTER TABLE version1_keys DROP COLUMN run_id;
