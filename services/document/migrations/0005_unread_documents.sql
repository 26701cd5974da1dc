-- Before: CREATE INDEX CONCURRENTLY IF NOT EXISTS documents_unread ON document.documents (owner_id) WHERE status IN ('uploaded', 'extracting')
-- Up Migration

-- How many documents of a user are still to be read is asked with each new one, which takes its turn after them.
CREATE INDEX IF NOT EXISTS documents_unread ON documents (owner_id) WHERE status IN ('uploaded', 'extracting');

-- Down Migration

DROP INDEX documents_unread;
