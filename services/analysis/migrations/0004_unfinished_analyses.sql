-- Up Migration

-- How many reviews a user has waiting is asked with each new one.
CREATE INDEX analyses_unfinished ON analyses (requested_by) WHERE status IN ('queued', 'running');

-- Down Migration

DROP INDEX analyses_unfinished;
