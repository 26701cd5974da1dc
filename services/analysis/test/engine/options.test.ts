import { expect, test } from 'vitest';
import { review } from '../../src/engine/builtin/review.ts';
import { loadRuleset } from '../../src/engine/builtin/risks/load-ruleset.ts';
import { contract } from './contracts.ts';

const { ruleset } = loadRuleset();

const withTerm = (...options: string[]) =>
  review({ text: contract({ without: ['term'], paragraphs: options }), pages: [] }, () => undefined, ruleset);

const twoYears = 'This Agreement continues for a term of two (2) years from the Effective Date.';
const perpetual = 'This Agreement continues until it is terminated.';
const rulesOf = ({ risks }: ReturnType<typeof withTerm>) => risks.map(({ ruleId }) => ruleId);

test.for([
  [`[ x ] ${twoYears}`, `[    ] ${perpetual}`],
  [`[ ] ${perpetual}`, `[X] ${twoYears}`],
  [`( x ) ${twoYears}`, `(   ) ${perpetual}`],
  [`\u2610 ${perpetual}`, `\u2611 ${twoYears}`],
])('of the options of a form the ticked one counts: %s %s', (options) => {
  const found = withTerm(...options);
  expect(found.summary.term).toBe('2 years');
  expect(rulesOf(found)).toEqual([]);
  expect(found.clauses.flatMap(({ spans }) => spans).some(({ quote }) => quote.includes(perpetual))).toBe(false);
});

test('options side by side are told apart too', () => {
  const found = withTerm(`${twoYears} Data is kept [ ] in perpetuity, also after termination [x] for one year.`);
  expect(rulesOf(found)).toEqual([]);
});

test('a choice that nobody has made is reported, and none of its options taken for agreed', () => {
  const found = withTerm(`[ ] ${twoYears}`, `[ ] ${perpetual}`, `\u2610 The Supplier shall pay a deposit.`);
  expect(found.summary.term).toBeUndefined();
  expect(found.obligations.filter(({ action }) => action.includes('deposit'))).toEqual([]);
  expect(found.risks).toMatchObject([{ ruleId: 'open-options', spans: [{}, {}, {}] }]);
});

test('a blank in a sentence and an item numbered (x) are no boxes', () => {
  const found = withTerm(
    `[ ] days after the start the Supplier reports.`,
    '(x) The Supplier shall keep records for six years.',
  );
  expect(rulesOf(found)).toEqual([]);
  expect(found.obligations.filter(({ action }) => action.includes('keep records'))).toHaveLength(1);
});
