import { describe, expect, it } from 'vitest';
import type { Review, Risk, Span } from '../../src/domain/analysis.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { type Finding, outlineOf, type Topic } from '../../src/report/outline/outline.ts';
import { hostileSubject } from './hostile-subject.ts';

const { analysis } = hostileSubject('x');

function outlineWith(review: Partial<Review>) {
  return outlineOf({ filename: 'a.pdf', analysis: { ...analysis, review: { ...analysis.review, ...review } } });
}

function blocksOf(topic: Topic, review: Partial<Review>) {
  return outlineWith(review).sections.find((section) => section.topic === topic)?.blocks ?? [];
}

let next = 0;
/** A passage that overlaps no other. */
function passage(quote: string, page: number): Span {
  next += 1000;
  return { start: next, end: next + quote.length, quote, page };
}

const clause = { category: 'Cap On Liability', present: true, score: 1, source: 'builtin' as const };
const risk: Risk = {
  ruleId: 'uncapped',
  level: 'high',
  title: 'No ceiling',
  reason: 'Because.',
  askFor: 'A ceiling.',
  source: 'builtin',
  spans: [],
};

describe('a clause', () => {
  it('says how many passages it has and where, each once', () => {
    const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'eight'];
    const spans = words.map((word, index) => passage(`Number ${word}.`, index + 1));
    const [finding] = blocksOf('clauses', { clauses: [{ ...clause, spans }] }) as Finding[];
    expect(finding).toMatchObject({
      note: 'score 1.00, 8 passages',
      lines: [{ label: 'Also', text: '2 more passages, p.\u00a07, 8, 9' }],
    });
    expect(finding?.quotes.map(({ text }) => text)).toEqual(words.slice(0, 6).map((word) => `Number ${word}.`));
  });

  it('that both engines found at the same place is listed once', () => {
    const spans = [passage('Liability is limited to $5.', 1)];
    const clauses = [
      { ...clause, agreement: 'agreed' as const, spans },
      { ...clause, source: 'model' as const, agreement: 'agreed' as const, spans },
    ];
    expect(blocksOf('clauses', { clauses })).toMatchObject([
      { note: expect.stringContaining('the other engine agrees') },
    ]);
  });
});

describe('a risk', () => {
  it('names what it refers to unless it is quoted already, and quotes what is more than a heading', () => {
    const cap = passage('The cap is $5.', 6);
    const references = [
      { label: 'Section 10', span: cap },
      { label: 'Section 9', span: passage('Customer shall indemnify Provider.', 5) },
      { label: 'Article 4', span: passage('4. LICENSE', 3) },
    ];
    const [finding] = blocksOf('risks', { risks: [{ ...risk, spans: [cap], references }] }) as Finding[];
    expect(finding?.lines.slice(2)).toEqual([
      { label: 'See Section 9', text: 'Customer shall indemnify Provider. (p.\u00a05)' },
      { label: 'See', text: 'Article 4 (p.\u00a03)' },
    ]);
  });

  it('that does not count in the score says why', () => {
    const blocks = blocksOf('risks', {
      risks: [risk, { ...risk, source: 'model', agreement: 'alone' }],
      riskScoring: { arithmetic: '1 - (1 - 0.25) = 0.250', weights: [{ level: 'high', weight: 0.25, count: 1 }] },
    });
    const text = expect.stringMatching(
      /^Risk score: .* = 0\.250 \(1 high at 0\.25\)\. Not in the score: 1 that a language/,
    );
    expect(blocks.at(-1)).toMatchObject({ kind: 'paragraph', text });
  });
});

it('a missing clause is listed if it would be shown where it is there, or if a risk complains of it', () => {
  const search = (category: string) => ({ category, searched: ['words'] });
  const blocks = blocksOf('missing', {
    clauses: [{ ...clause, present: false, spans: [] }],
    missingClauses: ['Cap On Liability', 'Notices', 'Force Majeure'].map(search),
    risks: [{ ...risk, searches: [search('Force Majeure')] }],
  }) as Finding[];
  expect(blocks.map(({ title }) => title)).toEqual(['Cap On Liability', 'Force Majeure']);
});

it('a duty that the contract has twice is one row with both places', () => {
  const duty = { party: 'Customer', action: 'pay if asked', condition: 'if asked', dueDate: '2030-05-01' };
  const obligations = [1, 4].map((page) => ({ ...duty, spans: [passage('Customer shall pay.', page)] }));
  expect(blocksOf('obligations', { obligations })).toMatchObject([
    { rows: [['Customer', 'pay if asked', '2030-05-01', 'p.\u00a01, 4']] },
  ]);
});

it('dates are ISO 8601 throughout', () => {
  const { summary } = analysis.review;
  const report = renderMarkdown(
    outlineWith({
      summary: {
        ...summary,
        agreementDate: '2030-05-01',
        expirationDate: '2031-05-01',
        keyPoints: ['until 2031-05-01'],
      },
      keyDates: [{ kind: 'expiration', date: '2031-05-01', title: 'The term ends', spans: [] }],
    }),
  );
  expect(report.match(/203\d-05-01/g)).toHaveLength(4);
  expect(report).not.toMatch(/\d (?:January|May) \d/);
});
