-- Up Migration

CREATE TABLE books (
  id    text PRIMARY KEY,
  title text NOT NULL
);

-- Down Migration

DROP TABLE books;
