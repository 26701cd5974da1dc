import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parseContract } from '../../samples/contract-markdown.ts';
import { renderMasterServicesAgreement } from '../../samples/master-services-agreement.ts';

const samples = new URL('../../samples/', import.meta.url);

test.each([...(await renderMasterServicesAgreement())])('%s is what its Markdown makes', async (filename, bytes) => {
  const committed = await readFile(new URL(filename, samples));
  expect(committed.equals(bytes), 'run `npm run samples` and commit the files').toBe(true);
});

test('the sample contract is long enough to be a real one', async () => {
  const pdf = await readFile(new URL('master-services-agreement.pdf', samples), 'latin1');
  expect(Number(/\/Type \/Pages\n\/Count (\d+)/.exec(pdf)?.[1])).toBeGreaterThanOrEqual(10);
});

describe('the Markdown of contracts', () => {
  test('has a title, headings, paragraphs and tables', () => {
    const markdown =
      '# LEASE\n\n## 1. RENT\n\n1.1 The rent is due.\n\n| Month | Rent |\n| --- | --- |\n| May | $10 |\n';
    expect(parseContract(markdown)).toEqual([
      { kind: 'title', text: 'LEASE' },
      { kind: 'heading', text: '1. RENT' },
      { kind: 'paragraph', spans: [{ text: '1.1 The rent is due.', bold: false }] },
      {
        kind: 'table',
        rows: [
          ['Month', 'Rent'],
          ['May', '$10'],
        ],
      },
    ]);
  });

  test('keeps what touches a bold term together with it', () => {
    expect(parseContract('A (**“Tenant”**), and B (**“Owner”**).')).toEqual([
      {
        kind: 'paragraph',
        spans: [
          { text: 'A ', bold: false },
          { text: '(“Tenant”), ', bold: true },
          { text: 'and B ', bold: false },
          { text: '(“Owner”).', bold: true },
        ],
      },
    ]);
  });
});
