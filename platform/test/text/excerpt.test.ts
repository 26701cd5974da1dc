import { expect, it } from 'vitest';
import { excerptOf } from '../../src/text/excerpt.ts';

const renewal =
  'This Agreement renews for periods of twenty-four (24) months, unless a Party gives written notice of non-renewal at least one hundred twenty (120) days before the end of the Term.';

it('a text that is short enough stays as it is', () => {
  expect(excerptOf(renewal, 500)).toBe(renewal);
  expect(excerptOf('𝔗erm', 4)).toBe('𝔗erm');
});

it('a text is cut at the end of a sentence that is far enough in it', () => {
  expect(excerptOf('It ends in a year. It may be renewed by the parties.', 30)).toBe('It ends in a year. [...]');
});

it('no word, number or character is cut, and none is parted from what it belongs to, wherever the limit is', () => {
  for (let longest = 60; longest < renewal.length; longest++) {
    const shown = excerptOf(renewal, longest);
    expect(shown).toMatch(/ \[\.\.\.\]$/);
    const kept = shown.slice(0, -' [...]'.length);
    expect(renewal.startsWith(kept) && renewal[kept.length], shown).toBe(' ');
    expect(kept, shown).not.toMatch(/(?:\bat|least|one|hundred|twenty|twenty-four|\d\)|\bof|\bthe|\ba)$/);
  }
});

it.each([
  [
    'The fee is payable on the last day of the month and not later than March 31, 2029',
    'and not later than March 31,',
    'month',
  ],
  [
    'The liability of the Provider for all claims is limited to $480,000 in each year',
    'limited to $480,000',
    'limited',
  ],
  ['Nothing here limits the duties that the Customer has taken on under Section 9.1 of it', 'Section', 'has taken'],
])('what waits for the rest is left out: %s', (text, upTo, last) => {
  const longest = text.indexOf(upTo) + upTo.length;
  expect(excerptOf(text, longest)).toBe(`${text.slice(0, text.indexOf(last) + last.length)} [...]`);
});

it('a text without spaces is cut between characters', () => {
  expect(excerptOf('𝔗'.repeat(20), 10)).toBe(`${'𝔗'.repeat(10)} [...]`);
});
