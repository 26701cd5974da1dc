import { expect, test } from 'vitest';
import { mostObligations } from '../../src/engine/builtin/obligations/find-obligations.ts';
import { review } from '../../src/engine/builtin/review.ts';
import { loadRuleset } from '../../src/engine/builtin/risks/load-ruleset.ts';
import { contract } from './contracts.ts';

const { ruleset } = loadRuleset();

function obligationsOf(...clauses: string[]) {
  const text = contract({ without: ['fees'], with: clauses });
  const from = text.indexOf('30. Special Terms.');
  return review({ text, pages: [] }, () => undefined, ruleset).obligations.filter(
    ({ spans }) => (spans[0]?.start ?? 0) >= from,
  );
}

test.for([
  'The travel costs of the Supplier shall be charged at the rates of the Customer.',
  'Spare parts made for the Customer will be kept in the warehouse.',
  'The Supplier shall be permitted to use subcontractors for the services.',
  'The Customer shall have fourteen (14) days to review the business plan.',
])('nobody is obliged by: %s', (sentence) => {
  expect(obligationsOf(sentence)).toEqual([]);
});

test('what is cut off in the middle of a parenthesis ends before it', () => {
  const [duty] = obligationsOf(
    'The Supplier shall repaint the shop immediately following the end of the Term (e.g. in May).',
  );
  expect(duty?.due).toBe('immediately following the end of the Term');
});

test('who is obliged after a right of another is found', () => {
  expect(
    obligationsOf('The Supplier shall be entitled to an advance, and the Customer shall pay it within ten days.'),
  ).toMatchObject([{ party: 'Customer', action: 'pay it within ten days', due: 'within ten days' }]);
});

test('what is not permitted is forbidden', () => {
  expect(obligationsOf('The Supplier shall not be permitted to subcontract the services.')).toMatchObject([
    { party: 'Supplier', action: 'not be permitted to subcontract the services' },
  ]);
});

test.for([
  [
    'The Customer shall pay each invoice within thirty (30) days after its receipt.',
    {
      party: 'Customer',
      action: 'pay each invoice within thirty (30) days after its receipt',
      due: 'within thirty (30) days after its receipt',
    },
  ],
  [
    'If a defect is found, the Supplier must repair it promptly.',
    { party: 'Supplier', action: 'repair it promptly', due: 'promptly', condition: 'If a defect is found' },
  ],
  [
    'The Supplier agrees to deliver a report no later than the tenth day of each month.',
    { party: 'Supplier', due: 'no later than the tenth day of each month' },
  ],
  [
    'Each party is required to keep its records for five years.',
    { party: 'Each party', action: 'keep its records for five years' },
  ],
  [
    'The Supplier shall not use subcontractors unless the Customer agrees.',
    {
      party: 'Supplier',
      action: 'not use subcontractors unless the Customer agrees',
      condition: 'unless the Customer agrees',
    },
  ],
  [
    'The Customer is responsible for the accuracy of its data.',
    { party: 'Customer', action: 'be responsible for the accuracy of its data' },
  ],
  ['The Customer shall submit its forecast by December 1, 2024.', { party: 'Customer', due: 'by December 1, 2024' }],
] as const)('%s', ([clause, obligation]) => {
  expect(obligationsOf(clause)).toMatchObject([{ ...obligation, spans: [{ quote: expect.stringContaining(clause) }] }]);
});

test('the date that a duty names comes before vaguer words on time', () => {
  const clause = 'The Supplier shall promptly send the certificate, and in any case no later than April 30, 2026.';
  expect(obligationsOf(clause)).toMatchObject([{ due: 'no later than April 30, 2026' }]);
});

test.for([
  'This Agreement shall be governed by itself.',
  'The Supplier shall have the right to inspect the site.',
  'The Customer shall be entitled to a refund.',
  'The Supplier shall not be liable for delays.',
  '"Business Day" shall mean a day on which banks are open.',
])('nobody has to do anything: %s', (clause) => {
  expect(obligationsOf(clause)).toEqual([]);
});

test.for([
  'By signing this form, each party agrees to these Cover Terms and Standard Terms.',
  'The Customer agrees to be bound by the rules of the site.',
  'The Supplier shall not be required to travel to the site.',
  'The Customer shall have thirty (30) days thereafter to object.',
  'The Supplier will not be treated as an employee.',
])('and nothing is owed by assent, permission or status: %s', (clause) => {
  expect(obligationsOf(clause)).toEqual([]);
});

test('of two duties in a sentence each has its own day', () => {
  const clause =
    'The Customer shall give the Supplier access to its systems, and shall appoint a manager no later than April 10, 2026.';
  expect(obligationsOf(clause)).toMatchObject([
    { party: 'Customer', action: 'give the Supplier access to its systems' },
    { party: 'Customer', action: 'appoint a manager no later than April 10, 2026', dueDate: '2026-04-10' },
  ]);
  expect(obligationsOf(clause)[0]).not.toHaveProperty('due');
});

test('of two parties in a sentence each has its own duty', () => {
  const clause =
    'The Supplier shall send a final invoice for all fees accrued before termination and the Customer shall pay it within ten days of receipt.';
  const found = obligationsOf(clause);
  expect(found).toMatchObject([
    { party: 'Supplier', action: 'send a final invoice for all fees accrued before termination' },
    { party: 'Customer', action: 'pay it within ten days of receipt', due: 'within ten days of receipt' },
  ]);
  expect(found[0]).not.toHaveProperty('due');
});

test.for([
  'The Supplier shall ensure that its staff know the rules and the Customer shall not be in conflict with them.',
  'The Customer shall not, and shall not permit its Affiliates to, copy the software.',
  "The Supplier shall hold the Customer harmless and, at the Customer's option, the Supplier shall defend it.",
])('one duty stays one: %s', (clause) => {
  expect(obligationsOf(clause)).toHaveLength(1);
});

test('a due date ends with a whole word, however long it is', () => {
  const clause =
    'The Supplier shall deliver the plans within ten days after receipt of the complete specification that the Customer is preparing at present in its own workshops.';
  const [{ due = '' } = {}] = obligationsOf(clause);
  expect(clause).toMatch(new RegExp(`${due}\\b`));
  expect(due.split(' ').every((word) => clause.split(/[ .]/).includes(word))).toBe(true);
});

test('and not with a word after which more has to come', () => {
  const clause =
    'The Supplier shall deliver the plans within ten days after receipt of the customer specification in a given country of the European Union.';
  const [{ due = '' } = {}] = obligationsOf(clause);
  expect(due).toMatch(/^within ten days after receipt of .*\w{4,20}$/);
});

test('a party is recognised by the name that the contract gives it', () => {
  const text = contract({
    opening:
      'SERVICES AGREEMENT\n\nThis Agreement is between Alder Works, Inc. ("AlderCo") and Birch Foods LLC ("Birch").',
    with: ['AlderCo shall train the staff of Birch.'],
  });
  expect(review({ text, pages: [] }, () => undefined, ruleset).obligations).toContainEqual(
    expect.objectContaining({ party: 'AlderCo', action: 'train the staff of Birch' }),
  );
});

test('of too many, the most specific are kept, those with a day of the calendar first, in the order of the document', () => {
  const many = (clause: (index: number) => string) => Array.from({ length: 400 }, (_, index) => clause(index + 1));
  const vague = many((index) => `The Supplier will support site number ${index}.`);
  const specific = many((index) => `The Customer shall pay $${index},000 within ${index} days of the invoice.`);
  const dated = 'The Supplier will close the old site on or before November 30, 2031.';
  const found = obligationsOf(...vague, ...specific, dated);
  expect(found.length).toBeLessThanOrEqual(mostObligations);
  expect(found.length).toBeGreaterThan(400);
  expect(found.filter(({ due }) => due?.startsWith('within'))).toHaveLength(400);
  expect(found.at(-1)).toMatchObject({ dueDate: '2031-11-30' });
  const starts = found.map(({ spans }) => spans[0]?.start ?? 0);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
});

test('what is cut short keeps its characters whole, so that it can be stored', () => {
  for (const before of ['', 'x']) {
    const [found] = obligationsOf(`The Supplier shall ${before}${'\u{1f600}'.repeat(500)}.`);
    expect(found?.action).toMatch(/ \[\.\.\.\]$/);
    expect(found?.action.isWellFormed()).toBe(true);
  }
});
