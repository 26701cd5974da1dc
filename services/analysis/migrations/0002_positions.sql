-- Up Migration

-- Whose side a review takes. It is part of what makes two requests identical.
ALTER TABLE analyses
  ADD position text NOT NULL DEFAULT 'neutral'
  CHECK (position IN ('neutral', 'customer', 'supplier', 'licensor', 'licensee'));

-- Down Migration

ALTER TABLE analyses DROP position;
