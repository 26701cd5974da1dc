-- Up Migration

-- The session that it was made from, and those that that one was made from: who ends one of them ends this one as well.
-- Not a reference, because a maker that has expired leaves what was made from it.
ALTER TABLE sessions ADD COLUMN made_from text[] NOT NULL DEFAULT '{}';

-- Down Migration

ALTER TABLE sessions DROP COLUMN made_from;
