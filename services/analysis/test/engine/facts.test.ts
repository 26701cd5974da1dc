import { describe, expect, test } from 'vitest';
import type { KeyDate, Review } from '../../src/domain/analysis.ts';
import { review } from '../../src/engine/builtin/review.ts';
import { loadRuleset } from '../../src/engine/builtin/risks/load-ruleset.ts';
import { type ContractChanges, contract } from './contracts.ts';

const { ruleset } = loadRuleset();

function reviewed(changes: ContractChanges = {}): Review {
  return review({ text: contract(changes), pages: [] }, () => undefined, ruleset);
}

/** The days without their passages, which must all be exact. */
function days({ keyDates = [] }: Review): Omit<KeyDate, 'spans'>[] {
  return keyDates.map(({ spans, ...date }) => {
    expect(spans.length).toBeGreaterThan(0);
    return date;
  });
}

const renewal =
  'This Agreement shall automatically renew for successive terms of one (1) year unless a party gives notice of non-renewal at least sixty (60) days before the end of the term.';

describe('days', () => {
  test('are computed from the start, the term, the renewal and its notice, and show how', () => {
    expect(days(reviewed({ with: [renewal] }))).toEqual([
      { kind: 'agreement', date: '2024-03-01', title: 'The contract is made' },
      { kind: 'effective', date: '2024-03-01', title: 'The contract takes effect' },
      {
        kind: 'renewal_notice',
        date: '2026-12-30',
        title: 'Last day for the notice that stops the renewal',
        arithmetic: '2027-02-28 - 60 days = 2026-12-30',
      },
      {
        kind: 'expiration',
        date: '2027-02-28',
        title: 'The term ends',
        arithmetic: '2024-03-01 + 3 years - 1 day = 2027-02-28 (the first day counts)',
      },
      {
        kind: 'renewal',
        date: '2027-02-28',
        title: 'Renews for 1 year, until 2028-02-29',
        arithmetic: '2027-02-28 + 1 year = 2028-02-29',
      },
    ]);
  });

  test('that are stated show no arithmetic', () => {
    const ending = 'The term of this Agreement begins on the Effective Date and ends on December 31, 2026.';
    expect(days(reviewed({ without: ['term'], with: [ending] })).at(-1)).toEqual({
      kind: 'expiration',
      date: '2026-12-31',
      title: 'The term ends',
    });
  });

  test('of a renewal that is not automatic, or is denied, are none', () => {
    for (const clause of [
      'This Agreement may be renewed for a further period of one year if both sign.',
      'This Agreement shall not automatically renew for further periods of one year.',
    ]) {
      expect(days(reviewed({ with: [clause] })).map(({ kind }) => kind)).toEqual([
        'agreement',
        'effective',
        'expiration',
      ]);
    }
  });
});

describe('what is due', () => {
  const due = (clause: string, changes: ContractChanges = {}) => {
    const { obligations } = reviewed({ ...changes, with: [...(changes.with ?? []), clause] });
    const { dueDate, arithmetic } = obligations.at(-1) ?? {};
    return { dueDate, arithmetic };
  };

  test.for([
    ['The Supplier shall deliver the plans no later than November 30, 2026.', '2026-11-30', undefined],
    [
      'The Supplier shall deliver the plans within thirty (30) days after the Effective Date.',
      '2024-03-31',
      '2024-03-01 + 30 days = 2024-03-31',
    ],
    [
      'The Customer shall pay the deposit within six months of the date of this Agreement.',
      '2024-09-01',
      '2024-03-01 + 6 months = 2024-09-01',
    ],
    [
      'The Supplier shall return the tools within ten days after the expiration of this Agreement.',
      '2027-03-10',
      '2027-02-28 + 10 days = 2027-03-10',
    ],
    [
      'The Supplier shall deliver the plans within ten days after the Effective Date or on May 1, 2024, whichever is earlier.',
      undefined,
      undefined,
    ],
    ['The Supplier shall return the tools within ten days of the end of such notice period.', undefined, undefined],
    ['The Supplier shall return the tools within ten days after expiration of the licence.', undefined, undefined],
    ['The Supplier shall return the tools within ten days of expiration or termination.', undefined, undefined],
    ['The Supplier shall deliver the plans within ten business days after the Effective Date.', undefined, undefined],
    ['The Supplier shall deliver the plans within ten days after receipt of the order.', undefined, undefined],
  ] as const)('%s', ([clause, dueDate, arithmetic]) => {
    expect(due(clause)).toEqual({ dueDate, arithmetic });
  });

  test('is counted from a date that is defined elsewhere', () => {
    const clause = 'The Supplier shall deliver the plans within two weeks after the Kickoff Date.';
    expect(due(clause, { with: ['"Kickoff Date" means June 3, 2024.'] })).toEqual({
      dueDate: '2024-06-17',
      arithmetic: '2024-06-03 + 2 weeks = 2024-06-17',
    });
  });

  test('is one of the days of the contract', () => {
    const clause = 'The Supplier shall deliver the plans within thirty (30) days after the Effective Date.';
    expect(days(reviewed({ with: [clause] }))).toContainEqual({
      kind: 'obligation',
      date: '2024-03-31',
      title: expect.stringMatching(/^Supplier: deliver the plans/),
      arithmetic: '2024-03-01 + 30 days = 2024-03-31',
    });
  });
});

describe('references', () => {
  const restricted =
    'During the Restricted Period the Supplier shall not engage in a business that competes with the Customer.';

  test('a length that a defined term states decides whether it is too long', () => {
    const rules = (period: string) =>
      reviewed({
        with: [`"Restricted Period" means the period of ${period} after the end of this Agreement.`, restricted],
      }).risks;
    expect(rules('twenty-four months')).toContainEqual(
      expect.objectContaining({
        ruleId: 'long-non-compete',
        spans: [expect.objectContaining({ quote: restricted })],
        references: [
          {
            label: '"Restricted Period"',
            span: expect.objectContaining({
              quote: '"Restricted Period" means the period of twenty-four months after the end of this Agreement.',
            }),
          },
        ],
      }),
    );
    expect(rules('six months').map(({ ruleId }) => ruleId)).not.toContain('long-non-compete');
  });

  test('a cap is read from the term that names it', () => {
    const { clauses } = reviewed({
      without: ['liability'],
      with: [
        'The aggregate liability of each party shall not exceed the Liability Cap.',
        '"Liability Cap" means an amount of $75,000.',
      ],
    });
    expect(clauses.find(({ category }) => category === 'Cap On Liability')).toMatchObject({
      value: '$75,000',
      references: [{ label: '"Liability Cap"', span: { quote: '"Liability Cap" means an amount of $75,000.' } }],
    });
  });

  test('a section that a risk depends on is quoted beside it', () => {
    const risk = reviewed({
      with: ['The limitations in Section 7 shall not apply to a breach of Section 3.'],
    }).risks.find(({ ruleId }) => ruleId === 'liability-carve-outs');
    expect(risk?.references?.map(({ label, span }) => [label, span.quote.slice(0, 40)])).toEqual([
      ['Section 7', 'In no event shall either party be liable'],
      ['Section 3', 'Each party shall keep the Confidential I'],
    ]);
  });
});

test('a notice that stops a renewal is not taken for the length of the renewal', () => {
  const found = reviewed({
    with: [
      'This Agreement shall automatically renew unless either party gives thirty (30) days written notice of non-renewal.',
    ],
  });
  expect(found.summary.renewal).toBe('renews automatically');
  expect(found.keyDates?.filter(({ kind }) => kind === 'renewal')).toEqual([]);
});
