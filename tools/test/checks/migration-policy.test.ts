import { describe, expect, it } from 'vitest';
import { findPolicyViolations } from '../../checks/migration-policy.ts';

const file = 'services/document/migrations/0099_change.sql';
const messagesFor = (...statements: string[]) =>
  findPolicyViolations(file, `-- Up Migration\n\n${statements.join('\n')}\n\n-- Down Migration\n\nDROP TABLE a;\n`);

describe('the policy of migrations', () => {
  it.each([
    ['a column that may be empty', 'ALTER TABLE documents ADD COLUMN language text;'],
    ['a column with a constant default', `ALTER TABLE documents ADD COLUMN language text NOT NULL DEFAULT 'en';`],
    ['all for a table of its own', 'CREATE TABLE a (id uuid DEFAULT gen_random_uuid());\nCREATE INDEX a_id ON a (id);'],
    ['a constraint that is not validated yet', 'ALTER TABLE documents ADD CONSTRAINT c CHECK (version > 0) NOT VALID;'],
    ['its validation', 'ALTER TABLE documents VALIDATE CONSTRAINT c;'],
    ['what a comment or a text says', `-- DROP TABLE documents\nCOMMENT ON TABLE documents IS 'RENAME; VACUUM';`],
    [
      'an index that was built before',
      '-- Before: CREATE INDEX CONCURRENTLY IF NOT EXISTS documents_status ON document.documents (status)\nCREATE INDEX IF NOT EXISTS documents_status ON documents (status);',
    ],
    ['a contraction', '-- Contract: nothing reads it since 2.1\nALTER TABLE documents DROP COLUMN language;'],
  ])('allows %s', (_, sql) => {
    expect(messagesFor(sql)).toEqual([]);
  });

  it.each([
    [
      'an index on a table that is in use',
      'CREATE INDEX documents_status ON documents (status);',
      'is built under a lock',
    ],
    [
      'an index that was to be built before, and is not named',
      'CREATE INDEX IF NOT EXISTS i ON documents (status);',
      'is built under a lock',
    ],
    ['CONCURRENTLY', 'CREATE INDEX CONCURRENTLY i ON documents (status);', 'cannot run in the transaction'],
    ['a dropped column', 'ALTER TABLE documents DROP COLUMN status;', 'contract in a later release'],
    ['a dropped table', 'DROP TABLE documents;', 'contract in a later release'],
    ['another name', 'ALTER TABLE documents RENAME COLUMN status TO state;', 'knows the old name'],
    ['another type', 'ALTER TABLE documents ALTER COLUMN version TYPE bigint;', 'rewrites the table'],
    ['NOT NULL', 'ALTER TABLE documents ALTER COLUMN status_reason SET NOT NULL;', 'reads the whole table'],
    ['a validated constraint', 'ALTER TABLE documents ADD CONSTRAINT c CHECK (version > 0);', 'reads the whole table'],
    ['a unique constraint', 'ALTER TABLE documents ADD UNIQUE (sha256);', 'builds an index'],
    ['a volatile default', 'ALTER TABLE documents ADD COLUMN u uuid DEFAULT gen_random_uuid();', 'volatile default'],
    ['a lock', 'LOCK TABLE documents;', 'holds the table up'],
  ])('finds %s', (_, sql, message) => {
    expect(messagesFor('SELECT 1;', sql)).toEqual([{ file, line: 4, message: expect.stringContaining(message) }]);
  });

  it('leaves alone what is older', () => {
    expect(findPolicyViolations('services/document/migrations/0001_a.sql', 'DROP TABLE documents;')).toEqual([]);
  });
});
