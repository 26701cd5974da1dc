import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PageRange, Review, Span } from '../../src/domain/analysis.ts';
import { cuadCategories } from '../../src/engine/builtin/clauses/categories.ts';
import { mostChars, review } from '../../src/engine/builtin/review.ts';
import { loadRuleset } from '../../src/engine/builtin/risks/load-ruleset.ts';
import { mostSegments } from '../../src/engine/builtin/text/segmentation.ts';
import type { ReviewProgress } from '../../src/engine/engine.ts';
import { clauseExamples } from './clause-examples.ts';
import { balancedClauses, contract, opening } from './contracts.ts';

const { ruleset } = loadRuleset();

function reviewOf(text: string, pages: readonly PageRange[] = []): Review {
  return review({ text, pages }, () => undefined, ruleset);
}

function quotesOf(found: Review): Pick<Span, 'start' | 'end' | 'quote'>[] {
  const { clauses, missingClauses, risks, obligations, keyDates = [], monetaryTerms = [] } = found;
  const quoting = [...clauses, ...risks, ...obligations, ...keyDates, ...monetaryTerms];
  const referring = [...clauses, ...risks].flatMap(({ references = [] }) => references);
  const searches = [...missingClauses, ...risks.flatMap((risk) => risk.searches ?? [])];
  return [
    ...quoting.flatMap(({ spans }) => spans),
    ...referring.map(({ span }) => span),
    ...searches.flatMap(({ nearest }) => nearest ?? []),
  ];
}

function expectExactQuotes(text: string): void {
  const characters = [...text];
  const found = reviewOf(text);
  for (const { start, end, quote } of quotesOf(found)) {
    expect(characters.slice(start, end).join('')).toBe(quote);
    expect(quote).not.toBe('');
  }
}

const sentences = [
  ...Object.values(balancedClauses),
  ...clauseExamples.flatMap(({ clauses, lookalikes }) => [...clauses, ...lookalikes]),
];

describe('quotes', () => {
  test('resolve by code points in a contract full of characters outside the basic plane', () => {
    const decorated = contract()
      .replaceAll('. ', '. \u{1f4dc} ')
      .replaceAll('Supplier', 'Supplier\u{1f3ed}')
      .replaceAll('"', '\u201c');
    expectExactQuotes(decorated);
    expect(quotesOf(reviewOf(decorated)).length).toBeGreaterThan(10);
  });

  test('resolve in whatever is put together from sentences, breaks and odd characters', () => {
    const unit = fc.constantFrom(
      ...sentences,
      opening,
      '\n',
      '\n\n',
      '\r\n',
      ' ',
      '\f',
      '\n3\n',
      '\u{1f600}',
      '\ud83d',
      '\u00a0',
      '\u00ad',
      '## ',
      '(a) ',
      '; ',
      'ARTICLE II\n',
      '\u201c',
      '<b>',
      '**',
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 25 }), (parts) => {
        expectExactQuotes(parts.join(''));
      }),
      { numRuns: 150 },
    );
  });

  test('begin and end with a clause or sentence', () => {
    const { clauses } = reviewOf(contract());
    expect(clauses.find(({ category }) => category === 'Governing Law')?.spans.map(({ quote }) => quote)).toEqual([
      'This Agreement is governed by the laws of the State of Oregon.',
    ]);
  });

  test('name the page that they begin on', () => {
    const first = `${opening}\n\n${balancedClauses.services}`;
    const text = `${first}\n\n${balancedClauses.law}`;
    const pages = [
      { page: 1, start: 0, end: first.length },
      { page: 2, start: first.length + 2, end: text.length },
    ];
    const { clauses, coverage } = reviewOf(text, pages);
    expect(clauses.find(({ category }) => category === 'Governing Law')?.spans).toMatchObject([{ page: 2 }]);
    expect(clauses.find(({ category }) => category === 'Parties')?.spans[0]).toMatchObject({ page: 1 });
    expect(coverage.pages).toBe(2);
  });
});

test('there is one answer for each of the 41 categories, in a fixed order', () => {
  for (const text of ['', contract()]) {
    const { clauses } = reviewOf(text);
    expect(clauses.map(({ category }) => category)).toEqual([...cuadCategories]);
    for (const { present, score, spans } of clauses) {
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThan(1);
      if (!present) expect(spans).toEqual([]);
    }
  }
});

test('the same input gives the same review', () => {
  const text = contract({ with: sentences });
  expect(reviewOf(text)).toEqual(reviewOf(text));
});

describe('missing clauses', () => {
  test('are those that contracts of the type normally have, with what was searched for', () => {
    const { missingClauses } = reviewOf(contract({ without: ['law', 'liability', 'forceMajeure'] }));
    expect(missingClauses.map(({ category }) => category)).toEqual([
      'Governing Law',
      'Cap On Liability',
      'Force Majeure',
      'Ip Ownership Assignment',
    ]);
    for (const { searched } of missingClauses) expect(searched.length).toBeGreaterThan(0);
  });

  test('name the passage that came nearest', () => {
    const text = contract({
      without: ['law'],
      with: ['Governing Law. It will be chosen later by the parties.'],
    }).replace('30. Special Terms. ', '30. ');
    const missing = reviewOf(text).missingClauses.find(({ category }) => category === 'Governing Law');
    expect(missing?.nearest).toMatchObject({
      quote: 'It will be chosen later by the parties.',
      score: expect.closeTo(0.333, 2),
    });
  });

  test('an amendment and an order form need not have what stands in the contract they belong to', () => {
    const amendment = contract({
      opening: opening.replace('SERVICES AGREEMENT', 'AMENDMENT NO. 2'),
      without: ['law', 'liability', 'confidentiality'],
    });
    expect(reviewOf(amendment).missingClauses).toEqual([]);
    const orderForm =
      'ORDER FORM\n\nThis Order Form between Alder Inc. ("Provider") and Birch LLC ("Customer") is subject to the terms and conditions available at https://example.com/terms. Effective Date: March 1, 2024. The Customer shall pay $100. Each party agrees to the agreement.';
    expect(reviewOf(orderForm).missingClauses).toEqual([]);
  });
});

describe('scores', () => {
  test('the risk is none without risks, grows with each, and stays below one', () => {
    expect(reviewOf(contract()).riskScore).toBe(0);
    const few = reviewOf(contract({ without: ['liability'] })).riskScore;
    expect(few).toBe(0.25);
    const many = reviewOf(contract({ with: sentences })).riskScore;
    expect(many).toBeGreaterThan(few);
    expect(many).toBeLessThan(1);
  });

  test('the confidence falls with what does not read like English', () => {
    const { confidenceScore } = reviewOf(contract());
    expect(confidenceScore).toBeGreaterThan(0.8);
    const garbled = contract().replace(/[a-z]{3,}/g, (word) => [...word].reverse().join(''));
    expect(reviewOf(garbled).confidenceScore).toBeLessThan(confidenceScore / 2);
    expect(reviewOf('').confidenceScore).toBe(0);
  });
});

describe('coverage', () => {
  test('the whole text is read, counted in code points', () => {
    const text = `${contract()}\u{1f600}`;
    expect(reviewOf(text).coverage).toEqual({
      totalChars: [...text].length,
      readChars: [...text].length,
      pages: 0,
      unread: [],
    });
  });

  test('a page without text is named as unread', () => {
    const pages = [
      { page: 1, start: 0, end: 40 },
      { page: 2, start: 40, end: 41 },
    ];
    const text = 'This Agreement is between two companies.\n';
    const { coverage } = review({ text, pages }, () => undefined, ruleset);
    expect(coverage.unread).toEqual([{ start: 40, end: 41, reason: expect.stringContaining('Page 2 has no text') }]);
  });

  test('what is beyond the bound is named as unread', () => {
    const text = contract() + ' '.repeat(mostChars);
    const { coverage, clauses } = reviewOf(text);
    expect(coverage).toMatchObject({
      totalChars: text.length,
      readChars: mostChars,
      unread: [{ start: mostChars, end: text.length, reason: expect.any(String) }],
    });
    expect(clauses.find(({ category }) => category === 'Governing Law')?.present).toBe(true);
  });

  test('a text of more sentences than any contract has is read up to the bound, and the rest named as unread', () => {
    const text = 'a. '.repeat(mostSegments + 10);
    const { coverage } = reviewOf(text);
    const readChars = 3 * mostSegments - 1;
    expect(coverage).toMatchObject({ readChars, unread: [{ start: readChars, end: text.length }] });
  }, 60_000);
});

test('progress never falls, names its stages and ends at one', () => {
  const steps: ReviewProgress[] = [];
  review({ text: contract(), pages: [] }, (step) => steps.push(step), ruleset);
  const fractions = steps.map(({ fraction }) => fraction);
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  expect(fractions.at(-1)).toBe(1);
  expect(new Set(steps.map(({ stage }) => stage))).toEqual(
    new Set(['segmenting', 'summary', 'clauses', 'obligations', 'risks', 'done']),
  );
});

describe('time', () => {
  function secondsFor(text: string): number {
    const startedAt = performance.now();
    reviewOf(text);
    return (performance.now() - startedAt) / 1000;
  }

  test('300 pages take a few seconds', () => {
    const page = `${sentences.join('\n\n')}\n\n`;
    expect(secondsFor(page.repeat(Math.ceil(900_000 / page.length)))).toBeLessThan(15);
  });

  test.for([
    ['one endless line of words', 'shall not be liable '],
    ['one endless word', 'a'],
    ['openings', '(('],
    ['quotes', '"("A" '],
    ['enumerators', '(a) 1.1 '],
    ['blanks', '___ [__] '],
    ['line breaks', '\n \n'],
    ['tags', '<a '],
    ['parties', 'between "A" and ("B") '],
    ['dates', '1st day of March, 20 '],
    ['half a phrase', 'renew automatically unless notice notice '],
    ['headings', 'TERM.\n'],
    ['sources', 'Source: X, '],
    ['dots', '. . . . '],
    ['combining marks', 'e\u0301\u0302'],
    ['annexes', 'attached Exhibit A hereto '],
    ['short names', 'Alder, Inc. ("Alder") shall '],
  ])('%s do not make it slow', ([, unit]) => {
    expect(secondsFor((unit ?? '').repeat(100_000 / (unit?.length ?? 1)))).toBeLessThan(10);
  });
});
