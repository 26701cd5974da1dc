-- Up Migration

CREATE TABLE books (
  id       text PRIMARY KEY,
  title    text NOT NULL CHECK (title <> 'forbidden'),
  owner    text NOT NULL,
  original text
);

CREATE TABLE favourites (
  reader  text PRIMARY KEY,
  book_id text NOT NULL
);

-- Down Migration

DROP TABLE favourites;
DROP TABLE books;
