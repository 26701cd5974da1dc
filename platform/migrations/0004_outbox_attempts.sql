-- Up Migration

-- A message that its receiver refuses is put off by itself, so that it holds up no other.
ALTER TABLE outbox
  ADD COLUMN attempts integer NOT NULL DEFAULT 0,
  ADD COLUMN due_at   timestamptz NOT NULL DEFAULT '-infinity';

-- Down Migration

ALTER TABLE outbox DROP COLUMN attempts, DROP COLUMN due_at;
