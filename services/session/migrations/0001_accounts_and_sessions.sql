-- Up Migration

CREATE TABLE users (
  user_id       text        PRIMARY KEY,
  -- Lower-case, so that one address is one account.
  email         text        NOT NULL UNIQUE CHECK (email = lower(email)),
  -- Argon2id in PHC string format.
  password_hash text        NOT NULL,
  role          text        NOT NULL CHECK (role IN ('user', 'admin')),
  disabled      boolean     NOT NULL DEFAULT false,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL
);

CREATE TABLE sessions (
  session_id          text        PRIMARY KEY,
  user_id             text        NOT NULL REFERENCES users ON DELETE CASCADE,
  -- SHA-256 of the token's secret; the secret itself is nowhere.
  secret_hash         bytea       NOT NULL,
  document_id         text,
  permissions         text[]      NOT NULL,
  created_at          timestamptz NOT NULL,
  last_used_at        timestamptz NOT NULL,
  expires_at          timestamptz NOT NULL,
  absolute_expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_user_id ON sessions (user_id, created_at);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- Down Migration

DROP TABLE sessions;
DROP TABLE users;
