import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentRange, segment } from '../../src/engine/builtin/text/segmentation.ts';

const texts = (document: string) => segment(document, []).map(({ text }) => text);

describe('sentences', () => {
  test.for([
    ['The Seller delivers. The Buyer pays.', ['The Seller delivers.', 'The Buyer pays.']],
    [
      'Acme Corp. and Beta Ltd. agree on Sec. 4 of the U.S. Code. They sign.',
      ['Acme Corp. and Beta Ltd. agree on Sec. 4 of the U.S. Code.', 'They sign.'],
    ],
    ['The price is $1.50 per unit, i.e. low. It is fixed.', ['The price is $1.50 per unit, i.e. low.', 'It is fixed.']],
    ['This binds Acme Inc. Each party signs.', ['This binds Acme Inc.', 'Each party signs.']],
    ['He said "no." Then he left.', ['He said "no."', 'Then he left.']],
    ['See Exhibit A. The list is final.', ['See Exhibit A.', 'The list is final.']],
    ['J. Smith signs for the Seller.', ['J. Smith signs for the Seller.']],
  ] as const)('%s', ([document, expected]) => {
    expect(texts(document)).toEqual(expected);
  });

  test('an enumerator belongs to the sentence that it opens', () => {
    expect(texts('The parties agree as follows: 1. The Seller delivers. 2. The Buyer pays.')).toEqual([
      'The parties agree as follows:',
      '1. The Seller delivers.',
      '2. The Buyer pays.',
    ]);
  });

  test.for(['\n', '\r\n', 'a\r\n', '\u2028', 'the word '.repeat(80).concat('ends. ')])(
    'a million characters of %j are cut in a few seconds',
    (unit) => {
      const startedAt = performance.now();
      segment(unit.repeat(1_000_000 / unit.length), []);
      expect(performance.now() - startedAt).toBeLessThan(4000);
    },
  );

  test('no segment is longer than 1,500 characters, whatever its punctuation', () => {
    for (const document of [
      'word '.repeat(2000),
      'x'.repeat(9000),
      '(a) thing; '.repeat(1500),
      '\u{1f600}'.repeat(4000),
    ]) {
      expect(Math.max(...segment(document, []).map(({ text }) => text.length))).toBeLessThanOrEqual(1500);
    }
  });
});

describe('lines', () => {
  test('a margin does not end a sentence', () => {
    const document = [
      'The Supplier shall deliver the goods that the Buyer orders to the warehouse',
      'of the Buyer within ten days of the order, and it shall do so at its own',
      'expense and risk.',
    ].join('\n');
    expect(texts(document)).toEqual([document.replaceAll('\n', ' ')]);
  });

  test.for(['12', '- 12 -', 'Page 3 of 9', 'iv', '[Signature page follows]'])(
    'a page number is no part of a sentence: %s',
    (line) => {
      const [only] = segment(`The Supplier shall deliver the goods to\n\n${line}\n\nthe warehouse of the Buyer.`, []);
      expect(only?.text).toBe('The Supplier shall deliver the goods to the warehouse of the Buyer.');
    },
  );

  test('headers that run from page to page are read once', () => {
    const bodies = ['The Seller delivers.', 'The Buyer pays.', 'Both parties sign.', 'Notices are written.'];
    const pages = bodies.map((body, index) => `Supply Agreement\n\n${body}\n\nConfidential - ${index + 1}`);
    const document = pages.join('\n');
    const ranges = pages.map((page) => ({ start: document.indexOf(page), end: document.indexOf(page) + page.length }));
    const [first, ...others] = bodies;
    expect(segment(document, ranges).map(({ text }) => text)).toEqual([
      'Supply Agreement',
      first,
      'Confidential - 1',
      ...others,
    ]);
  });

  test('a table of contents is not searched', () => {
    const document =
      'TABLE OF CONTENTS\n\n1. Insurance ..... 4\n2. Exclusive Rights 7\nARTICLE III\n\nThis Agreement is made between Acme and Beta, and it is long enough to be prose, as the sentences of a contract that follow its table of contents are.';
    expect(texts(document)).toHaveLength(1);
  });
});

describe('headings', () => {
  test.for([
    ['9.1 Governing Law. This contract is governed by Swiss law.', 'governing law'],
    ['ARTICLE IX - INSURANCE\n\nThe Contractor carries insurance.', 'insurance'],
    ['## Term\n\nThe contract runs for two years.', 'term'],
    ['Limitation of Liability\n\nThe Supplier is not liable.', 'limitation of liability'],
    ['Term: The contract runs for two years.', 'term'],
  ] as const)('%s', ([document, heading]) => {
    const prose = segment(document, []).find(({ kind }) => kind === 'prose');
    expect(prose?.heading).toContain(heading);
  });

  test('the label of a row of a table is the heading of its value', () => {
    const segments = segment('Cover Terms\n\nGoverning Law\tDelaware\n\nSeverity\tFirst answer\tSolution', []);
    expect(segments.map(({ text, heading }) => [text, heading])).toEqual([
      ['Cover Terms', 'cover terms'],
      ['Governing Law', 'governing law'],
      ['Delaware', 'governing law'],
      ['Severity First answer Solution', 'governing law'],
    ]);
  });

  test('a short sentence in capitals is prose', () => {
    expect(segment('NO LICENCE IS GRANTED HEREUNDER.', []).map(({ kind }) => kind)).toEqual(['prose']);
  });

  test('a numbered part stays known under its subheadings', () => {
    const document = '8. Limitation of Liability\n\n8.1 Scope. Claims are limited.';
    expect(segment(document, []).at(-1)).toMatchObject({ part: 'limitation of liability', heading: 'scope' });
  });
});

describe('lists', () => {
  test.for([
    ['numbered', 'Either party may terminate:\n\n(a) on a breach;\n\n(b) on insolvency.'],
    ['whose numbers were lost', 'Either party may terminate:\n\non a breach; or\n\non insolvency.'],
    ['without a colon', 'Either party may terminate this Agreement\n\n(a) on a breach;\n\n(b) on insolvency.'],
  ] as const)('%s: each item knows what introduces it', ([, document]) => {
    const [, ...items] = segment(document, []);
    expect(items).toHaveLength(2);
    for (const { leadIn } of items) expect(leadIn).toContain('either party may terminate');
  });

  test('what follows a list is not introduced by it', () => {
    const document =
      'Either party may terminate:\n\n(a) on a breach;\n\n(b) on insolvency.\n\nNotices are given in writing.';
    expect(segment(document, []).at(-1)?.leadIn).toBe('');
  });
});

describe('ranges', () => {
  test('resolve to the text that they stand for, whatever was collapsed on the way', () => {
    const document =
      '  The \u201cSeller\u201d   shall\tdeliver\u00a0\u{1f4e6} **goods** to the\n\n  Buyer.\n\n3\n\n(a) First; and\n(b) second.';
    for (const each of segment(document, [])) {
      const quoted = document.slice(each.start, each.end);
      expect(
        quoted
          .replace(/[\s*]+/g, ' ')
          .replace(/[\u201c\u201d]/g, '"')
          .trim(),
      ).toBe(each.text.replace(/\s+/g, ' '));
    }
  });

  test('are in order, inside the document, and cut no pair in two', () => {
    const unit = fc.constantFrom(
      'The Seller',
      ' shall ',
      'deliver',
      '. ',
      '; (a) ',
      '\n',
      '\n\n',
      '1.2 ',
      'ARTICLE V',
      '\u{1f600}',
      '<b>',
      '\u00ad',
      'İ',
      '"',
      ' ',
      '7',
      ', ',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (document) => {
        let previous = 0;
        for (const each of segment(document, [])) {
          expect(each.start).toBeGreaterThanOrEqual(previous);
          expect(each.end).toBeGreaterThan(each.start);
          expect(each.end).toBeLessThanOrEqual(document.length);
          expect(each.offsets.length).toBe(each.text.length);
          expect(each.lower.length).toBe(each.text.length);
          expect(documentRange(each, 0, each.text.length)).toEqual({ start: each.start, end: each.end });
          expect(document.slice(each.start, each.end)).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
          previous = each.end;
        }
      }),
    );
  });
});
