import { expect, test } from 'vitest';
import { lastClause, longContractPdf } from '../../samples/long-contract.ts';

/** A PDF states the number of its pages at the root of their tree. */
function pageCount(pdf: Buffer): number {
  return Number(/\/Type \/Pages\s\/Count (\d+)/.exec(pdf.toString('latin1'))?.[1]);
}

test.each([1, 2, 300])('a contract of %d pages has exactly so many', async (pages) => {
  expect(pageCount(await longContractPdf(pages))).toBe(pages);
});

test('another last clause makes another file', async () => {
  const one = await longContractPdf(1);
  expect(one.length).toBeGreaterThan(1_000);
  expect((await longContractPdf(1, `${lastClause} ${lastClause}`)).equals(one)).toBe(false);
});
