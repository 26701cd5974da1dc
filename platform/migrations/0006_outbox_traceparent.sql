-- Up Migration

-- The span in which a message was written, as the W3C's Trace Context has it; absent where nothing is traced.
ALTER TABLE outbox ADD COLUMN traceparent text;

-- Down Migration

ALTER TABLE outbox DROP COLUMN traceparent;
