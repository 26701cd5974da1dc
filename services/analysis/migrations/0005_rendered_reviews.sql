-- Up Migration

-- The review as it is passed on: JSON text in the documented schema, complete, so that whoever reads it has nothing to parse
-- and nothing to add. What was saved before has none. `review` is written beside it for the release before.
ALTER TABLE analyses ADD rendered_review text;

-- Down Migration

ALTER TABLE analyses DROP rendered_review;
