-- Up Migration

-- Messages for other services, written in the transaction of the change that they tell of.
CREATE TABLE outbox (
  id              uuid        PRIMARY KEY,
  topic           text        NOT NULL,
  payload         jsonb       NOT NULL,
  -- What the change made stale: nobody is told of the change before that is gone from the cache.
  invalidation_id uuid,
  created_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX outbox_created_at ON outbox (topic, created_at);

-- Down Migration

DROP TABLE outbox;
