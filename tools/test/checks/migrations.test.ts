import { describe, expect, it } from 'vitest';
import { findMigrationViolations } from '../../checks/migrations.ts';

const migrations = (...names: string[]) => names.map((name) => `services/document/migrations/${name}`);

describe('the migrations check', () => {
  it('passes numbers without gap or double', () => {
    expect(findMigrationViolations(migrations('0001_documents.sql', '0002_texts_and_pages.sql'))).toEqual([]);
  });

  it.each([
    ['a gap', ['0001_documents.sql', '0003_texts.sql'], '0003_texts.sql', 'expected number 0002'],
    ['a double', ['0001_documents.sql', '0001_texts.sql'], '0001_texts.sql', 'expected number 0002'],
    ['a late start', ['0002_documents.sql'], '0002_documents.sql', 'expected number 0001'],
    ['a name of another form', ['0001_documents.sql', '2_Texts.sql'], '2_Texts.sql', 'name it NNNN'],
    ['a migration that is not SQL', ['0001_documents.ts'], '0001_documents.ts', 'name it NNNN'],
  ])('finds %s', (_, names, file, message) => {
    expect(findMigrationViolations(migrations(...names))).toEqual([
      { file: `services/document/migrations/${file}`, line: 1, message: expect.stringContaining(message) },
    ]);
  });

  it('finds a service that has none', () => {
    expect(findMigrationViolations(['services/session/package.json'])).toEqual([
      { file: 'services/session/migrations', line: 1, message: 'a service without migrations' },
    ]);
  });
});
