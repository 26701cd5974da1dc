-- Up Migration

-- One row per document: what its analyses have to agree on is decided under this row's lock.
CREATE TABLE document_heads (
  document_id          text        PRIMARY KEY,
  -- Given out in the order in which results were stored, not in which they were asked for.
  last_result_sequence integer     NOT NULL DEFAULT 0,
  -- The completed or partial analysis that was stored last.
  latest_analysis_id   text,
  -- A tombstone: a document that was deleted gets no analysis any more.
  purged_at            timestamptz
);

CREATE TABLE analyses (
  analysis_id        text             PRIMARY KEY,
  document_id        text             NOT NULL REFERENCES document_heads,
  requested_by       text             NOT NULL,
  analysis_type      text             NOT NULL,
  status             text             NOT NULL
                     CHECK (status IN ('queued', 'running', 'completed', 'partial', 'failed', 'cancelled')),
  engine             text             NOT NULL,
  model_used         text             NOT NULL,
  engine_version     text             NOT NULL,
  ruleset_version    text             NOT NULL,
  prompt_sha256      text,
  text_sha256        text             NOT NULL DEFAULT '',
  -- Fencing token: raised by every run, and every write of a run has to name it.
  attempt            integer          NOT NULL DEFAULT 0,
  -- The sequence of the analysis' newest event.
  last_event         integer          NOT NULL,
  created_at         timestamptz      NOT NULL,
  started_at         timestamptz,
  completed_at       timestamptz,
  saved_at           timestamptz,
  processing_time_ms double precision NOT NULL DEFAULT 0,
  error_reason       text,
  error_message      text,
  result_sequence    integer,
  -- Everything from `coverage` to `dropped_findings`, as the documented result schema has it.
  review             jsonb,
  CHECK ((review IS NOT NULL) = (status IN ('completed', 'partial'))),
  CHECK ((result_sequence IS NOT NULL) = (status IN ('completed', 'partial'))),
  CHECK ((error_reason IS NOT NULL) = (status = 'failed')),
  CHECK ((completed_at IS NOT NULL) = (status NOT IN ('queued', 'running'))),
  UNIQUE (document_id, result_sequence)
);
CREATE INDEX analyses_document_id ON analyses (document_id, created_at DESC, analysis_id);

ALTER TABLE document_heads
  ADD FOREIGN KEY (latest_analysis_id) REFERENCES analyses;

-- What watchers are told of an analysis, from 1 and without gaps.
CREATE TABLE events (
  analysis_id text             NOT NULL REFERENCES analyses ON DELETE CASCADE,
  sequence    integer          NOT NULL CHECK (sequence > 0),
  status      text             NOT NULL,
  stage       text             NOT NULL,
  fraction    double precision NOT NULL CHECK (fraction BETWEEN 0 AND 1),
  occurred_at timestamptz      NOT NULL,
  PRIMARY KEY (analysis_id, sequence)
);

-- Which analysis a request with an idempotency key was given, for a day.
CREATE TABLE idempotency_keys (
  user_id     text        NOT NULL,
  key         text        NOT NULL,
  -- What was asked for, so that the key cannot be used for something else.
  request     text        NOT NULL,
  -- Known at the end of the transaction that claims the key.
  analysis_id text        NOT NULL REFERENCES analyses ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  reused      boolean     NOT NULL,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_keys_analysis_id ON idempotency_keys (analysis_id);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);

-- Down Migration

DROP TABLE idempotency_keys;
DROP TABLE events;
ALTER TABLE document_heads DROP CONSTRAINT document_heads_latest_analysis_id_fkey;
DROP TABLE analyses;
DROP TABLE document_heads;
