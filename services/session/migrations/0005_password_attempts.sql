-- Up Migration

-- How many attempts at passwords were made of late. A crash may forget it, so it is not worth a write-ahead log.
-- The columns are as rate-limiter-flexible names and orders them.
CREATE UNLOGGED TABLE password_attempts (
  -- Which budget, and a keyed hash of whose.
  key    text    PRIMARY KEY,
  points integer NOT NULL,
  -- Milliseconds since 1970.
  expire bigint
);
CREATE INDEX password_attempts_expire ON password_attempts (expire);

-- From where users have logged in.
CREATE TABLE familiar_addresses (
  user_id      text        NOT NULL REFERENCES users ON DELETE CASCADE,
  -- A keyed hash of user and address; the key is in the settings.
  address_hash bytea       NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, address_hash)
);
CREATE INDEX familiar_addresses_last_seen_at ON familiar_addresses (last_seen_at);

-- Down Migration

DROP TABLE familiar_addresses;
DROP TABLE password_attempts;
