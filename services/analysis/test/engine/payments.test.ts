import { describe, expect, test } from 'vitest';
import type { Review } from '../../src/domain/analysis.ts';
import { readValue } from '../../src/engine/builtin/clauses/values.ts';
import { findStatedSums } from '../../src/engine/builtin/expressions/stated-sums.ts';
import { review } from '../../src/engine/builtin/review.ts';
import { loadRuleset } from '../../src/engine/builtin/risks/load-ruleset.ts';
import { contract } from './contracts.ts';

const { ruleset } = loadRuleset();

function reviewed(...paragraphs: string[]): Review {
  return review({ text: contract({ paragraphs }), pages: [] }, () => undefined, ruleset);
}

const datesOf = ({ keyDates = [] }: Review) =>
  keyDates.filter(({ kind }) => kind === 'obligation').map(({ date, title }) => `${date} ${title}`);
const sumsOf = ({ monetaryTerms = [] }: Review) =>
  monetaryTerms.filter(({ category }) => category === 'Payment Terms').map(({ amount }) => amount);

describe('what is paid, and when, is among the sums and days', () => {
  test.for([
    ['a table of Markdown', (...cells: string[]) => `| ${cells.join(' | ')} |`],
    ['a table of a word processor', (...cells: string[]) => cells.join('\t')],
  ] as const)('%s', ([, row]) => {
    const found = reviewed(
      'The subscription fees are as follows.',
      [
        row('Contract year', 'Subscription fee', 'Due date'),
        row('First, from March 1, 2024', '$36,000', 'March 15, 2024'),
        row('Second, from March 1, 2025', '$38,400', 'March 15, 2025'),
      ].join('\n\n'),
    );
    expect(sumsOf(found)).toEqual(['$36,000', '$38,400']);
    expect(datesOf(found)).toEqual([
      '2024-03-15 Payment due: $36,000 (First, from March 1, 2024)',
      '2025-03-15 Payment due: $38,400 (Second, from March 1, 2025)',
    ]);
  });

  test('a plan of instalments in one sentence, to the last of them', () => {
    const found = reviewed(
      'The price is GBP 480,000, payable in four instalments: GBP 180,000 on signature, GBP 100,000 on 1 June 2024, GBP 90,000 on 1 September 2024 and the balance of GBP 110,000 on 1 December 2024.',
    );
    expect(sumsOf(found)).toEqual(['GBP 480,000', 'GBP 180,000', 'GBP 100,000', 'GBP 90,000', 'GBP 110,000']);
    expect(datesOf(found)).toEqual([
      '2024-06-01 Payment due: GBP 100,000',
      '2024-09-01 Payment due: GBP 90,000',
      '2024-12-01 Payment due: GBP 110,000',
    ]);
  });

  test('sentences', () => {
    const found = reviewed(
      'The first instalment is due on April 15, 2024.',
      'The licence fee of $30,000.00 is to be paid in three instalments of $10,000.00 on: May 2, 2024, June 3, 2024 and July 1, 2024.',
      'The subscription fee is $2,000 per month.',
    );
    expect(sumsOf(found)).toEqual(['$30,000.00', '$10,000.00', '$2,000 per month']);
    expect(datesOf(found)).toEqual([
      '2024-04-15 Payment due: The first instalment',
      '2024-05-02 Payment due: $10,000.00',
      '2024-06-03 Payment due: $10,000.00',
      '2024-07-01 Payment due: $10,000.00',
    ]);
  });

  test('once each: not the day of a table again, nor the day of a duty', () => {
    const found = reviewed(
      'The first instalment is due on March 15, 2024.',
      ['Fee\tSum\tDue date', 'First\t$36,000\tMarch 15, 2024'].join('\n\n'),
      'The Customer shall pay the deposit no later than June 3, 2024.',
    );
    expect(datesOf(found)).toEqual([
      '2024-03-15 Payment due: $36,000 (First)',
      '2024-06-03 Customer: pay the deposit no later than June 3, 2024',
    ]);
  });

  test('and not what nobody pays, nor the date of another paper', () => {
    const found = reviewed(
      'The fees are those payable under the order dated March 3, 2023.',
      'The insurance has a coverage of $2,000,000 and its premium is paid by the Supplier.',
    );
    expect([...sumsOf(found), ...datesOf(found)]).toEqual([]);
  });
});

describe('a sum is stated with what belongs to it', () => {
  test.for([
    ['damages of one thousand dollars ($1,000) for each day of delay.', '$1,000 for each day of delay', 1000],
    ['damages between $10,000 and $480,000, as the court sees fit', 'between $10,000 and $480,000', undefined],
    ['a fee of $10,000 to $480,000 per month', '$10,000 to $480,000 per month', undefined],
    ['an amount of $3,600 multiplied by the number of rooms.', '$3,600 multiplied by the number of rooms', undefined],
    [
      'eighty percent (80%) of the Minimum Commitment that remains.',
      'eighty percent (80%) of the Minimum Commitment that remains',
      undefined,
    ],
    [
      'the greater of $500,000 and the fees of the year before.',
      'the greater of $500,000 and the fees of the year before',
      undefined,
    ],
    ['a payment of $55,000USD', '$55,000USD', 55_000],
    ['not less than $480,000', '$480,000', 480_000],
  ] as const)('%s', ([text, stated, value]) => {
    const [sum] = findStatedSums(text);
    expect(sum?.text).toBe(stated);
    expect(sum?.value).toBe(value);
  });

  test('in the review of liquidated damages', () => {
    const found = reviewed(
      'If the Customer ends this Agreement early it shall pay, as liquidated damages, 80% of the fees that remain.',
    );
    expect(found.monetaryTerms).toContainEqual(
      expect.objectContaining({ category: 'Liquidated Damages', amount: '80% of the fees that remain' }),
    );
  });

  test('a ceiling of some months of fees is a value too', () => {
    const clause =
      'The total liability of the Supplier shall not exceed the fees paid in the three (3) months before the claim.';
    expect(readValue('cap', clause)).toMatchObject({
      text: 'fees paid in the three (3) months before the claim',
      days: 90,
    });
  });
});
