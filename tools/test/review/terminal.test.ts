import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { FinishedAnalysis, Span } from '../../review/analysis.ts';
import { renderAnalysis } from '../../review/terminal/render-analysis.ts';
import { finishedAnalysis } from './finished-analysis.ts';

function shown(findings: Partial<FinishedAnalysis>): string {
  return stripVTControlCharacters(renderAnalysis('a.pdf', finishedAnalysis(findings)));
}

let next = 0;
/** A passage that overlaps no other. */
function passage(quote: string, page: number): Span {
  next += 1000;
  return { start: next, end: next + quote.length, quote, page };
}

const clause = { category: 'Cap On Liability', present: true, score: 1, source: 'builtin' as const };
const risk = {
  rule_id: 'uncapped',
  level: 'high' as const,
  title: 'No ceiling',
  reason: 'Because.',
  ask_for: 'A ceiling.',
  source: 'builtin' as const,
  spans: [],
  references: [],
  searches: [],
};

describe('a clause', () => {
  it('says how many passages it has and where, each once', () => {
    const spans = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'eight'].map((word, index) =>
      passage(`Number ${word}.`, index + 1),
    );
    const text = shown({ clauses: [{ ...clause, spans }] });
    expect(text).toContain('Cap On Liability  [score 1.00, 8 passages]');
    for (const line of ['"Number one." (p. 1)', 'also p. 3: "Number three."', 'and 2 more: p. 7, 8, 9']) {
      expect(text).toContain(line);
    }
  });

  it('that both engines found at the same place is listed once', () => {
    const span = passage('Liability is limited to $5.', 1);
    const text = shown({
      clauses: [
        { ...clause, agreement: 'agreed', spans: [span] },
        { ...clause, source: 'model', score: 0.5, agreement: 'agreed', spans: [{ ...span, end: span.end - 1 }] },
      ],
    });
    expect(text).toContain('Clauses found (1)');
    expect(text).toContain('[score 1.00, both engines]');
  });

  it('that a model found at more places than the built-in engine is listed beside', () => {
    const span = passage('Liability is limited to $5.', 1);
    const elsewhere = passage('And to $7.', 9);
    const text = shown({
      clauses: [
        { ...clause, agreement: 'agreed', spans: [span] },
        { ...clause, source: 'model', agreement: 'agreed', spans: [span, elsewhere] },
      ],
    });
    expect(text).toContain('"And to $7." (p. 9)');
  });
});

describe('what is to be paid', () => {
  const shownPlan = () =>
    shown({
      monetary_terms: [
        { category: 'Payment Terms', amount: '$900' },
        { category: 'Payment Terms', amount: '$900' },
        { category: 'Cap On Liability', amount: '$5,000' },
      ],
      key_dates: [
        { kind: 'effective', date: '2030-01-01', title: 'The contract takes effect' },
        { kind: 'obligation', date: '2030-02-01', title: 'Payment due: $900' },
        { kind: 'obligation', date: '2030-03-01', title: 'Customer: report' },
      ],
      obligations: [{ party: 'Customer', action: 'report', due_date: '2030-03-01', spans: [] }],
    });

  it('is told with the sums that clauses name, each once', () => {
    expect(shownPlan()).toContain('Sums            $900; $5,000 (Cap On Liability)\n');
  });

  it('has its days, and no day that is told elsewhere', () => {
    const days = shownPlan().match(/^2030.*$/gm);
    expect(days).toEqual(['2030-02-01  Payment due: $900']);
  });
});

describe('risks', () => {
  it('show which of them make the score, and why others do not', () => {
    const text = shown({
      risks: [risk, { ...risk, rule_id: 'model:cap', source: 'model', agreement: 'alone' }],
      risk_score: 0.25,
      risk_scoring: {
        arithmetic: '1 - (1 - 0.25) = 0.250',
        weights: [
          { level: 'high', weight: 0.25, count: 1 },
          { level: 'low', weight: 0.03, count: 0 },
        ],
      },
    });
    expect(text).toContain('Risk score: 1 - (1 - 0.25) = 0.250 (1 high at 0.25)\nNot in the score: 1 that a language');
  });

  it('name what they refer to unless it is quoted already', () => {
    const [cap, other] = [passage('Section 10.1 The cap.', 6), passage('Section 9 Indemnity.', 5)];
    const references = [
      { label: 'Section 10.1', span: cap },
      { label: 'Section 9', span: other },
    ];
    const text = shown({ risks: [{ ...risk, spans: [cap], references }] });
    expect(text).toContain('Refers to: Section 9 (p. 5)');
  });
});

describe('obligations', () => {
  it('have each duty once, computed days first and in their order, and no condition or term twice', () => {
    const duty = { party: 'Customer', action: 'pay the fees if the services were rendered' };
    const text = shown({
      obligations: [
        { ...duty, condition: 'if the services were rendered', spans: [passage('a', 1)] },
        { ...duty, condition: 'if the services were rendered', spans: [passage('b', 4)] },
        { party: 'Customer', action: 'report', due: 'by May 2, 2030', due_date: '2030-05-02', spans: [] },
        {
          party: 'Customer',
          action: 'insure by May 1, 2030',
          due: 'by May 1, 2030',
          due_date: '2030-05-01',
          spans: [],
        },
      ],
    });
    const lines = text.slice(text.indexOf('Obligations (3)')).split('\n').slice(2, 5);
    expect(lines).toEqual([
      '[2030-05-01] Customer: insure by May 1, 2030',
      '[2030-05-02, by May 2, 2030] Customer: report',
      '- Customer: pay the fees if the services were rendered (p. 1, 4)',
    ]);
  });
});
