-- Up Migration

CREATE TABLE audit_log (
  -- The order in which the log took the events in.
  sequence    bigint      PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  -- Made by the service in which the event happened; makes a second delivery have no effect.
  event_id    uuid        NOT NULL UNIQUE,
  type        text        NOT NULL,
  occurred_at timestamptz NOT NULL,
  service     text        NOT NULL,
  user_id     text,
  session_id  text,
  document_id text,
  analysis_id text,
  details     jsonb       NOT NULL
);
CREATE INDEX audit_log_type ON audit_log (type, sequence);
CREATE INDEX audit_log_user_id ON audit_log (user_id, sequence);
CREATE INDEX audit_log_document_id ON audit_log (document_id, sequence);
CREATE INDEX audit_log_analysis_id ON audit_log (analysis_id, sequence);

-- Down Migration

DROP TABLE audit_log;
