import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectors } from '../../src/engine/builtin/clauses/detectors/index.ts';
import { PhraseMatcher } from '../../src/engine/builtin/clauses/phrase.ts';

const matches = (phrase: string, text: string, after = 0) => new PhraseMatcher([phrase]).test(text, after);

describe('notation', () => {
  test('a star stands for any ending of a word', () => {
    expect(matches('terminat*', 'upon termination')).toBe(true);
    expect(matches('terminat*', 'interminable')).toBe(false);
  });

  test('a gap has at most 80 characters, a double one 240', () => {
    const apart = (length: number) => `solicit${' '.repeat(length)}employees`;
    expect(matches('solicit ~ employees', apart(80))).toBe(true);
    expect(matches('solicit ~ employees', apart(81))).toBe(false);
    expect(matches('solicit ~~ employees', apart(240))).toBe(true);
    expect(matches('solicit ~~ employees', apart(241))).toBe(false);
  });

  test('the parts of a phrase must come in order', () => {
    expect(matches('not ~ assign', 'assign not')).toBe(false);
    expect(matches('a ~ b ~ c', 'b a c b x c')).toBe(true);
  });

  test('a percent sign takes its figure along', () => {
    expect(matches('royalty of % of sales', 'a royalty of 7.5% of sales')).toBe(true);
  });

  test('a match can be asked to end after an offset', () => {
    expect(matches('audit', 'audit rights', 5)).toBe(false);
    expect(matches('audit', 'audit rights and audit', 5)).toBe(true);
  });

  test.for(['a+', 'a{2,}', '(a|b)*', '.*', 'a ~', '(a ~ b)'])('%s is refused', (phrase) => {
    expect(() => new PhraseMatcher([phrase])).toThrow(SyntaxError);
  });
});

test('a phrase with gaps means the same as the regular expression that it avoids', () => {
  const word = fc.constantFrom('not', 'assign', 'consent', 'x', 'and');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), (words) => {
      const text = words.join(' ');
      const expected = /\bnot\b.{0,80}?\bassign\b.{0,80}?\bconsent\b/.test(text);
      expect(matches('not ~ assign ~ consent', text)).toBe(expected);
    }),
  );
});

test('no text makes a phrase slow', () => {
  const matchers = detectors.flatMap(({ conclusive = [] }) => conclusive.map((phrase) => new PhraseMatcher([phrase])));
  const words = [
    'shall not',
    'indirect',
    'liable',
    'exceed',
    'except',
    'terminat',
    'days',
    'notice',
    'the',
    'a',
    '(',
    'aaaaaaaaaaaa',
    '___',
    '%',
    '$1',
  ];
  for (const word of words) {
    const text = `${word} `.repeat(1500 / word.length).slice(0, 1500);
    const mixed = `${word} shall not be liable license assign renew `.repeat(40).slice(0, 1500);
    for (const matcher of matchers) {
      const startedAt = performance.now();
      matcher.test(text);
      matcher.test(mixed);
      expect(performance.now() - startedAt).toBeLessThan(250);
    }
  }
});
