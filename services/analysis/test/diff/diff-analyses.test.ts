import { describe, expect, it, test } from 'vitest';
import type {
  AnalysisId,
  Clause,
  DocumentId,
  Obligation,
  Review,
  Risk,
  Span,
  UserId,
} from '../../src/domain/analysis.ts';
import type { ReviewedAnalysis } from '../../src/domain/diff/analysis-diff.ts';
import { diffAnalyses } from '../../src/domain/diff/diff-analyses.ts';
import { likeness, profileOf } from '../../src/domain/diff/likeness.ts';
import { pairByLikeness } from '../../src/domain/diff/pairing.ts';

const emptyReview: Review = {
  coverage: { totalChars: 1000, readChars: 1000, pages: 1, unread: [] },
  summary: { documentType: 'Services Agreement', parties: [], keyPoints: [] },
  clauses: [],
  missingClauses: [],
  risks: [],
  obligations: [],
  riskScore: 0.2,
  confidenceScore: 0.9,
  droppedFindings: 0,
};

function analysis(review: Partial<Review> = {}, record: Partial<ReviewedAnalysis> = {}): ReviewedAnalysis {
  return {
    analysisId: 'a' as AnalysisId,
    documentId: 'd' as DocumentId,
    requestedBy: 'u' as UserId,
    analysisType: 'contract_review',
    status: 'completed',
    engine: 'builtin',
    modelUsed: 'builtin-rules',
    engineVersion: '1.0.0',
    rulesetVersion: '1',
    position: 'neutral',
    textSha256: 'same',
    createdAt: new Date(0),
    processingTimeMs: 1,
    ...record,
    review: { ...emptyReview, ...review },
  };
}

const diff = (before: Partial<Review>, after: Partial<Review>) => diffAnalyses(analysis(before), analysis(after));

const span = (quote: string, start = 0): Span => ({ start, end: start + quote.length, quote, page: 1 });
const clause = (category: string, quotes: readonly string[], rest: Partial<Clause> = {}): Clause => ({
  category,
  present: quotes.length > 0,
  score: 1,
  source: 'builtin',
  spans: quotes.map((quote) => span(quote)),
  ...rest,
});
const risk = (ruleId: string, level: Risk['level'], quotes: readonly string[] = []): Risk => ({
  ruleId,
  level,
  title: ruleId,
  reason: '',
  askFor: '',
  source: 'builtin',
  spans: quotes.map((quote) => span(quote)),
});
const duty = (party: string, action: string, due?: string): Obligation => ({
  party,
  action,
  ...(due === undefined ? {} : { due }),
  spans: [],
});

const liability =
  'The aggregate liability of either party shall not exceed the fees paid in the preceding twelve months.';
const liabilityRaised =
  'The aggregate liability of either party shall not exceed twice the fees paid in the preceding twelve months.';
const indirect = 'Neither party shall be liable for indirect or consequential damages.';

test('a result does not differ from itself', () => {
  const review: Partial<Review> = {
    clauses: [clause('Cap On Liability', [liability, indirect])],
    risks: [risk('R-1', 'high', [liability]), risk('R-2', 'low')],
    obligations: [duty('Supplier', 'deliver the goods', 'within 30 days')],
    missingClauses: [{ category: 'Insurance', searched: ['insurance'] }],
  };
  expect(diff(review, review)).toMatchObject({
    sameText: true,
    sameReviewer: true,
    facts: [],
    parties: { added: [], removed: [] },
    risks: { added: [], removed: [], worsened: [], eased: [], reworded: [], unchangedCount: 2 },
    clauses: { added: [], removed: [], changed: [], unchangedCount: 1 },
    missingClauses: { newlyMissing: [], noLongerMissing: [], unchangedCount: 1 },
    obligations: { added: [], removed: [], changed: [], unchangedCount: 1 },
  });
});

describe('risks', () => {
  it.each([
    ['added', [], [risk('R', 'low', ['x'])]],
    ['removed', [risk('R', 'low', ['x'])], []],
    ['worsened', [risk('R', 'medium', ['x'])], [risk('R', 'high', ['x'])]],
    ['eased', [risk('R', 'low', ['x'])], [risk('R', 'info', ['something else altogether'])]],
    ['reworded', [risk('R', 'low', [liability])], [risk('R', 'low', [liabilityRaised])]],
  ] as const)('are told as %s', (kind, before, after) => {
    const { unchangedCount, ...changes } = diff({ risks: [...before] }, { risks: [...after] }).risks;
    expect(unchangedCount).toBe(0);
    expect(Object.entries(changes).filter(([, list]) => list.length > 0)).toEqual([[kind, [expect.anything()]]]);
  });

  it('carry the quotes of both sides', () => {
    const { reworded } = diff(
      { risks: [risk('R', 'low', [liability])] },
      { risks: [risk('R', 'low', [liabilityRaised])] },
    ).risks;
    expect(reworded[0]?.before.spans[0]?.quote).toBe(liability);
    expect(reworded[0]?.after.spans[0]?.quote).toBe(liabilityRaised);
  });

  it('of one rule that strikes several times are paired by their passages, wherever they stand', () => {
    const { worsened, unchangedCount } = diff(
      { risks: [risk('R', 'low', [liability]), risk('R', 'low', [indirect])] },
      { risks: [risk('R', 'low', [indirect]), risk('R', 'high', [liabilityRaised])] },
    ).risks;
    expect(unchangedCount).toBe(1);
    expect(worsened).toMatchObject([{ before: { spans: [{ quote: liability }] } }]);
  });

  it('of the model and of the built-in engine are not mixed up', () => {
    const changes = diff(
      { risks: [risk('R', 'low')] },
      { risks: [{ ...risk('R', 'low'), source: 'model' as const }] },
    ).risks;
    expect([changes.added.length, changes.removed.length]).toEqual([1, 1]);
  });
});

describe('clauses', () => {
  it('are added and removed by category', () => {
    const { added, removed } = diff(
      { clauses: [clause('Insurance', ['a']), clause('Audit Rights', [])] },
      { clauses: [clause('Insurance', []), clause('Audit Rights', ['b'])] },
    ).clauses;
    expect(added.map(({ category }) => category)).toEqual(['Audit Rights']);
    expect(removed.map(({ category }) => category)).toEqual(['Insurance']);
  });

  it('are changed passage by passage; one that moved or was wrapped anew is none', () => {
    const [change] = diff(
      { clauses: [clause('Cap On Liability', [liability, indirect, 'The cap does not apply to fraud.'])] },
      {
        clauses: [
          clause('Cap On Liability', ['Each party insures itself.', indirect.replaceAll(' ', '\n'), liabilityRaised]),
        ],
      },
    ).clauses.changed;
    expect(change).toMatchObject({
      category: 'Cap On Liability',
      unchangedPassages: 1,
      passages: [
        { before: { quote: liability }, after: { quote: liabilityRaised } },
        { before: { quote: 'The cap does not apply to fraud.' } },
        { after: { quote: 'Each party insures itself.' } },
      ],
    });
    expect(change?.passages[0]?.similarity).toBeGreaterThan(0.8);
  });

  it('whose value alone differs are changed', () => {
    const { changed } = diff(
      { clauses: [clause('Governing Law', ['x'], { value: 'Delaware' })] },
      { clauses: [clause('Governing Law', ['x'], { value: 'New York' })] },
    ).clauses;
    expect(changed).toMatchObject([{ valueBefore: 'Delaware', valueAfter: 'New York', passages: [] }]);
  });
});

describe('facts', () => {
  const summary = (rest: object) => ({ summary: { ...emptyReview.summary, ...rest } });

  it.each([
    [
      'changed',
      { expirationDate: '2027-01-01' },
      { expirationDate: '2028-01-01' },
      { before: '2027-01-01', after: '2028-01-01' },
    ],
    ['new', {}, { expirationDate: '2028-01-01' }, { after: '2028-01-01' }],
    ['gone', { expirationDate: '2027-01-01' }, {}, { before: '2027-01-01' }],
  ])('that are %s are told with both sides', (_what, before, after, change) => {
    expect(diff(summary(before), summary(after)).facts).toEqual([{ field: 'expiration_date', ...change }]);
  });

  it('that differ in case or white space alone are the same', () => {
    expect(diff(summary({ term: 'three  Years' }), summary({ term: 'Three years' })).facts).toEqual([]);
  });

  it('name the parties that came and went', () => {
    expect(diff(summary({ parties: ['Alder', 'Birch'] }), summary({ parties: ['BIRCH', 'Cedar'] })).parties).toEqual({
      added: ['Cedar'],
      removed: ['Alder'],
    });
  });
});

test('missing clauses are told apart by category', () => {
  const missing = (category: string) => ({ category, searched: [] });
  const { missingClauses } = diff(
    { missingClauses: [missing('Insurance'), missing('Audit Rights')] },
    { missingClauses: [missing('Audit Rights'), missing('Confidentiality')] },
  );
  expect(missingClauses).toMatchObject({
    newlyMissing: [{ category: 'Confidentiality' }],
    noLongerMissing: [{ category: 'Insurance' }],
    unchangedCount: 1,
  });
});

test('an obligation with another due date is changed, and another obligation is another', () => {
  const { obligations } = diff(
    { obligations: [duty('Customer', 'pay each invoice in full', 'within 30 days'), duty('Supplier', 'keep records')] },
    {
      obligations: [
        duty('Supplier', 'insure the goods'),
        duty('Customer', 'pay each invoice in full', 'within 60 days'),
      ],
    },
  );
  expect(obligations).toMatchObject({
    changed: [{ before: { due: 'within 30 days' }, after: { due: 'within 60 days' } }],
    removed: [{ action: 'keep records' }],
    added: [{ action: 'insure the goods' }],
    unchangedCount: 0,
  });
});

test("an obligation is compared with the same engine's, and one that no engine is named for is the built-in engine's", () => {
  const keep = duty('Supplier', 'keep records');
  const { obligations } = diff(
    { obligations: [keep] },
    {
      obligations: [
        { ...keep, source: 'builtin' },
        { ...keep, source: 'model' },
      ],
    },
  );
  expect(obligations).toMatchObject({ unchangedCount: 1, removed: [], added: [{ source: 'model' }] });
});

test('says whether text and reviewer are the same, and how much each side did not read', () => {
  const unread = { coverage: { totalChars: 1000, readChars: 400, pages: 1, unread: [] } };
  expect(
    diffAnalyses(analysis(), analysis(unread, { textSha256: 'other', rulesetVersion: '2', status: 'partial' })),
  ).toMatchObject({
    sameText: false,
    sameReviewer: false,
    before: { unreadChars: 0 },
    after: { unreadChars: 600, status: 'partial', rulesetVersion: '2' },
  });
});

describe('likeness', () => {
  it.each([
    ['the same words', 'The Term, is "long".', 'the term is LONG', 1, 1],
    ['one word of many', liability, liabilityRaised, 0.85, 0.99],
    ['nothing in common', 'alpha beta', 'gamma delta', 0, 0],
    ['the same words in another order', 'supplier pays customer', 'customer pays supplier', 0, 0.3],
    ['other numbers', 'within 30 days', 'within 60 days', 0.4, 0.6],
    ['nothing at all', '', '', 1, 1],
  ])('of %s', (_what, a, b, least, most) => {
    const value = likeness(profileOf(a), profileOf(b));
    expect(value).toBe(likeness(profileOf(b), profileOf(a)));
    expect(value).toBeGreaterThanOrEqual(least);
    expect(value).toBeLessThanOrEqual(most);
  });

  it('pairs thousands of passages in bounded time, among equals those in the same place', () => {
    const passages = Array.from(
      { length: 3000 },
      (_, index) => `passage ${index} ${'about the same thing '.repeat(20)}`,
    );
    const startedAt = performance.now();
    const { pairs, added, removed } = pairByLikeness(passages, ['a new one', ...passages], (text) => text, 0.3);
    expect(performance.now() - startedAt).toBeLessThan(3000);
    expect(pairs.every(({ before, after }) => before === after)).toBe(true);
    expect([pairs.length, added, removed]).toEqual([3000, ['a new one'], []]);
  });
});
