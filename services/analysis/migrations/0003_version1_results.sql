-- Up Migration

-- The JSON text of an analysis that came from version 1, to the letter. Version 1 noted no ranges, so its findings have no
-- place in the result schema and there is no review; nor did it number its results, which come in the order of their making.
ALTER TABLE analyses
  ADD version1_original text,
  DROP CONSTRAINT analyses_check,
  ADD CONSTRAINT analyses_review_check
    CHECK ((review IS NOT NULL) = (status IN ('completed', 'partial') AND engine <> 'version1')),
  DROP CONSTRAINT analyses_check1,
  ADD CONSTRAINT analyses_result_sequence_check
    CHECK ((result_sequence IS NOT NULL) = (status IN ('completed', 'partial') AND engine <> 'version1')),
  ADD CONSTRAINT analyses_version1_check CHECK (engine <> 'version1' OR version1_original IS NOT NULL);

-- The analysis that version 1's pointer names.
ALTER TABLE document_heads ADD version1_latest_id text;

-- Down Migration

ALTER TABLE document_heads DROP version1_latest_id;
UPDATE document_heads SET latest_analysis_id = NULL
 WHERE latest_analysis_id IN (SELECT analysis_id FROM analyses WHERE engine = 'version1');
DELETE FROM analyses WHERE engine = 'version1';
ALTER TABLE analyses
  DROP CONSTRAINT analyses_version1_check,
  DROP CONSTRAINT analyses_result_sequence_check,
  ADD CONSTRAINT analyses_check1 CHECK ((result_sequence IS NOT NULL) = (status IN ('completed', 'partial'))),
  DROP CONSTRAINT analyses_review_check,
  ADD CONSTRAINT analyses_check CHECK ((review IS NOT NULL) = (status IN ('completed', 'partial'))),
  DROP version1_original;
