-- Up Migration

-- What version 1 kept of the document: the JSON text of an object, to the letter. Null for documents of this version.
ALTER TABLE documents ADD COLUMN version1_original text;

-- Version 1 did not keep every file; the content is then empty.
ALTER TABLE documents DROP CONSTRAINT documents_size_bytes_check;
ALTER TABLE documents ADD CONSTRAINT documents_size_bytes_check CHECK (size_bytes >= 0);

-- Down Migration

ALTER TABLE documents DROP CONSTRAINT documents_size_bytes_check;
ALTER TABLE documents ADD CONSTRAINT documents_size_bytes_check CHECK (size_bytes > 0) NOT VALID;
ALTER TABLE documents DROP COLUMN version1_original;
