-- Up Migration

-- What users other than its owner may do with a document.
CREATE TABLE grants (
  document_id         text        NOT NULL REFERENCES documents ON DELETE CASCADE,
  user_id             text        NOT NULL,
  permissions         text[]      NOT NULL
    CHECK (permissions <@ '{read,analyze,write,share,admin}' AND permissions && '{read,admin}'),
  -- Who gave it, or changed it last.
  granted_by          text        NOT NULL,
  -- That of the document, which never changes: a list of what somebody may read is read off the index in its order.
  document_created_at timestamptz NOT NULL,
  created_at          timestamptz NOT NULL,
  updated_at          timestamptz NOT NULL,
  PRIMARY KEY (document_id, user_id)
);
CREATE INDEX grants_user_id ON grants (user_id, document_created_at DESC, document_id DESC);

COMMENT ON COLUMN list_generations.owner_id IS 'Whose lists they are: also a user''s who owns nothing, and is granted something.';

-- Down Migration

COMMENT ON COLUMN list_generations.owner_id IS NULL;
DROP TABLE grants;
