-- Up Migration

CREATE TABLE documents (
  document_id        text        PRIMARY KEY,
  owner_id           text        NOT NULL,
  filename           text        NOT NULL,
  content_type       text        NOT NULL,
  size_bytes         integer     NOT NULL CHECK (size_bytes > 0),
  -- Of the original bytes, and their address in the blob store.
  sha256             text        NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  status             text        NOT NULL CHECK (status IN ('uploaded', 'extracting', 'ready', 'needs_ocr', 'unreadable')),
  status_reason      text,
  status_message     text,
  metadata           jsonb       NOT NULL,
  version            integer     NOT NULL,
  page_count         integer,
  char_count         integer,
  text_sha256        text,
  -- The fencing token of text extraction: each attempt takes the next number, and only the newest may store its result.
  extraction_attempt integer     NOT NULL DEFAULT 0,
  created_at         timestamptz NOT NULL,
  updated_at         timestamptz NOT NULL,
  CHECK ((status IN ('needs_ocr', 'unreadable')) = (status_reason IS NOT NULL)),
  CHECK ((status_reason IS NULL) = (status_message IS NULL)),
  CHECK ((status = 'ready') = (text_sha256 IS NOT NULL))
);
CREATE INDEX documents_owner_id ON documents (owner_id, created_at DESC, document_id DESC);
CREATE INDEX documents_sha256 ON documents (sha256);

-- Apart from the documents, so that lists and metadata never pay for the size of a text.
CREATE TABLE document_texts (
  document_id text  PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
  text        text  NOT NULL,
  -- [{page, start, end}], in Unicode code points.
  pages       jsonb NOT NULL
);

-- Rises with every change to any document of an owner; part of the keys of cached lists, so a change leaves them all behind.
CREATE TABLE list_generations (
  owner_id   text   PRIMARY KEY,
  generation bigint NOT NULL
);

-- Down Migration

DROP TABLE list_generations;
DROP TABLE document_texts;
DROP TABLE documents;
