-- Up Migration

-- The audit log. Entry n is leaf n of a Merkle tree; docs/audit-log.md says how each column gets into its leaf.
CREATE TABLE audit_entries (
  sequence     bigint      PRIMARY KEY,
  -- Made by the service in which the event happened; makes a second delivery have no effect.
  event_id     uuid        NOT NULL UNIQUE,
  type         text        NOT NULL,
  occurred_at  timestamptz NOT NULL,
  service      text        NOT NULL,
  outcome      text        NOT NULL,
  -- Canonical JSON as it was hashed, and the salt that went with it; both are null once they are erased, and then there
  -- is the entry that declares so.
  actor             text,
  actor_salt        bytea,
  actor_hash        bytea  NOT NULL,
  actor_erased_by   bigint,
  content           text,
  content_salt      bytea,
  content_hash      bytea  NOT NULL,
  content_erased_by bigint,
  key_id       text        NOT NULL,
  signature    text        NOT NULL,
  -- To search by. They follow from what was hashed, so they cannot say anything else.
  user_id      text        GENERATED ALWAYS AS (actor::jsonb ->> 'user_id') STORED,
  session_id   text        GENERATED ALWAYS AS (actor::jsonb ->> 'session_id') STORED,
  document_id  text        GENERATED ALWAYS AS (content::jsonb ->> 'document_id') STORED,
  analysis_id  text        GENERATED ALWAYS AS (content::jsonb ->> 'analysis_id') STORED
);
CREATE INDEX audit_entries_type ON audit_entries (type, sequence);
CREATE INDEX audit_entries_occurred_at ON audit_entries (occurred_at);
CREATE INDEX audit_entries_user_id ON audit_entries (user_id, sequence);
CREATE INDEX audit_entries_session_id ON audit_entries (session_id, sequence);
CREATE INDEX audit_entries_document_id ON audit_entries (document_id, sequence);
CREATE INDEX audit_entries_analysis_id ON audit_entries (analysis_id, sequence);

-- Where the log ends, and where it begins. Who appends locks this row, so that there is one writer at a time.
CREATE TABLE audit_tree (
  singleton    boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  log_id       uuid    NOT NULL DEFAULT gen_random_uuid(),
  -- How many entries there were ever, and the roots of the largest perfect subtrees over them, the largest first.
  size         bigint  NOT NULL DEFAULT 0,
  peaks        bytea[] NOT NULL DEFAULT '{}',
  -- The same for those that were sealed: they are in archives, and not in the table any more.
  sealed_size  bigint  NOT NULL DEFAULT 0,
  sealed_peaks bytea[] NOT NULL DEFAULT '{}'
);
INSERT INTO audit_tree DEFAULT VALUES;

-- Events that were sealed: one that is delivered again must still have no effect.
CREATE TABLE audit_sealed_events (
  event_id uuid PRIMARY KEY
);

-- Whose signatures count. A key is never removed, because it signed entries.
CREATE TABLE audit_keys (
  key_id             text        PRIMARY KEY,
  public_key         text        NOT NULL,
  predecessor_key_id text        REFERENCES audit_keys,
  endorsement        text,
  acknowledgement    text,
  added_at           timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE audit_heads (
  size      bigint NOT NULL,
  root_hash bytea  NOT NULL,
  signed_at text   NOT NULL,
  key_id    text   NOT NULL REFERENCES audit_keys,
  signature text   NOT NULL,
  PRIMARY KEY (size, signed_at)
);

-- The release before this one, which may run beside it for a while, writes to audit_log; this one takes over what it
-- finds there, entry by entry.

-- Down Migration

DROP TABLE audit_heads;
DROP TABLE audit_keys;
DROP TABLE audit_sealed_events;
DROP TABLE audit_tree;
DROP TABLE audit_entries;
