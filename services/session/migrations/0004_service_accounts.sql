-- Up Migration

-- A service account is a user that cannot log in: it has a name and scopes where a person has an address and a password.
ALTER TABLE users
  ALTER COLUMN email DROP NOT NULL,
  ALTER COLUMN password_hash DROP NOT NULL,
  ADD COLUMN name text UNIQUE,
  ADD COLUMN scopes text[],
  DROP CONSTRAINT users_role_check,
  ADD CONSTRAINT users_role_check CHECK (role IN ('user', 'admin', 'service')),
  ADD CONSTRAINT users_shape_check CHECK (
    CASE WHEN role = 'service'
         THEN num_nulls(email, password_hash) = 2 AND num_nulls(name, scopes) = 0
         ELSE num_nulls(email, password_hash) = 0 AND num_nulls(name, scopes) = 2
    END
  );

-- Its credentials are sessions that idleness does not end: expires_at is absolute_expires_at, which may be infinity.

-- Down Migration

DELETE FROM users WHERE role = 'service';
ALTER TABLE users
  DROP CONSTRAINT users_shape_check,
  DROP CONSTRAINT users_role_check,
  ADD CONSTRAINT users_role_check CHECK (role IN ('user', 'admin')),
  DROP COLUMN scopes,
  DROP COLUMN name,
  ALTER COLUMN password_hash SET NOT NULL,
  ALTER COLUMN email SET NOT NULL;
