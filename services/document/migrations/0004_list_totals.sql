-- Up Migration

-- How many documents a user sees: those that they own and those that they were granted. Counting them took longer than
-- everything else in reading a page. Kept by triggers, so that no way of adding or removing one can pass it by.
ALTER TABLE list_generations ADD COLUMN total integer NOT NULL DEFAULT 0;

CREATE FUNCTION count_added_documents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Users in one order, as in all transactions, so that no two wait for each other.
  INSERT INTO document.list_generations AS lists (owner_id, generation, total)
  SELECT owner_id, 0, count(*) FROM added GROUP BY owner_id ORDER BY owner_id
  ON CONFLICT (owner_id) DO UPDATE SET total = lists.total + excluded.total;
  RETURN NULL;
END $$;

CREATE FUNCTION count_removed_documents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO document.list_generations AS lists (owner_id, generation, total)
  SELECT owner_id, 0, -count(*) FROM removed GROUP BY owner_id ORDER BY owner_id
  ON CONFLICT (owner_id) DO UPDATE SET total = lists.total + excluded.total;
  RETURN NULL;
END $$;

CREATE FUNCTION count_handed_over_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO document.list_generations AS lists (owner_id, generation, total)
  SELECT owner_id, 0, change FROM (VALUES (OLD.owner_id, -1), (NEW.owner_id, 1)) AS changes (owner_id, change)
   ORDER BY owner_id
  ON CONFLICT (owner_id) DO UPDATE SET total = lists.total + excluded.total;
  RETURN NULL;
END $$;

CREATE FUNCTION count_added_grants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO document.list_generations AS lists (owner_id, generation, total)
  SELECT user_id, 0, count(*) FROM added GROUP BY user_id ORDER BY user_id
  ON CONFLICT (owner_id) DO UPDATE SET total = lists.total + excluded.total;
  RETURN NULL;
END $$;

CREATE FUNCTION count_removed_grants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO document.list_generations AS lists (owner_id, generation, total)
  SELECT user_id, 0, -count(*) FROM removed GROUP BY user_id ORDER BY user_id
  ON CONFLICT (owner_id) DO UPDATE SET total = lists.total + excluded.total;
  RETURN NULL;
END $$;

CREATE TRIGGER count_added AFTER INSERT ON documents
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_documents();
CREATE TRIGGER count_removed AFTER DELETE ON documents
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_removed_documents();
CREATE TRIGGER count_handed_over AFTER UPDATE OF owner_id ON documents
  FOR EACH ROW WHEN (OLD.owner_id <> NEW.owner_id) EXECUTE FUNCTION count_handed_over_document();
CREATE TRIGGER count_added AFTER INSERT ON grants
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_grants();
CREATE TRIGGER count_removed AFTER DELETE ON grants
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_removed_grants();

-- Creating the triggers has locked both tables against writes, so that nothing is counted twice or not at all.
INSERT INTO list_generations AS lists (owner_id, generation, total)
SELECT user_id, 0, count(*)
  FROM (SELECT owner_id AS user_id FROM documents UNION ALL SELECT user_id FROM grants) AS seen
 GROUP BY user_id
ON CONFLICT (owner_id) DO UPDATE SET total = excluded.total;

COMMENT ON TABLE list_generations IS 'What is known of each user''s lists: how often they changed, and how long they are.';

-- Down Migration

COMMENT ON TABLE list_generations IS NULL;
DROP TRIGGER count_removed ON grants;
DROP TRIGGER count_added ON grants;
DROP TRIGGER count_handed_over ON documents;
DROP TRIGGER count_removed ON documents;
DROP TRIGGER count_added ON documents;
DROP FUNCTION count_removed_grants, count_added_grants, count_handed_over_document, count_removed_documents, count_added_documents;
ALTER TABLE list_generations DROP COLUMN total;
