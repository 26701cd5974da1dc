import { describe, expect, it } from 'vitest';
import { QuoteLocator } from '../../../src/engine/model/quotes/quote-locator.ts';

const text = [
  'RENEWAL',
  '',
  'The Agree-\nment shall “automatically” renew   for an ef\ufb01cient period of\none year \u{1f600} each. The Customer\u2019s fees rise by five percent.',
  '',
  'Nothing else renews. The Supplier shall not be liable for anything at all.',
].join('\n');
const whole = new QuoteLocator(text, { start: 0, end: text.length });
const located = (quote: string) => {
  const range = whole.locate(quote);
  return range && text.slice(range.start, range.end);
};
const first = text.slice(text.indexOf('The Agree'), text.indexOf(' The Customer'));

describe('a quote is found', () => {
  it.each([
    ['as it stands', 'period of\none year \u{1f600} each'],
    ['with other white space', 'efficient period of one year'],
    ['without the hyphen at the end of a line', 'The Agreement shall'],
    ['with the hyphen but not the line break', 'The Agree- ment shall'],
    ['with straight quotation marks', 'shall "automatically" renew'],
    ['with ligatures taken apart', 'for an efficient period'],
    ['in another case', 'THE AGREEMENT SHALL'],
    ['in quotation marks of its own', '"renew for an efficient period"'],
    ['with invisible characters', 'renew for\u200b an effi\u00adcient period'],
  ])('%s', (_, quote) => {
    expect(located(quote)).toBe(first);
  });

  it('with the whole sentence that it is a part of, so that half of it cannot say the opposite', () => {
    expect(located('be liable for anything')).toBe('The Supplier shall not be liable for anything at all.');
  });

  it('with its apostrophe as the text has it', () => {
    expect(located("Customer's fees rise")).toBe('The Customer\u2019s fees rise by five percent.');
  });
});

it.each([
  ['nowhere', 'The Supplier is liable for everything.'],
  ['too short', 'renew'],
  ['of two places put together', 'one year each. Nothing else renews'],
  ['with an ellipsis', 'The Agreement shall ... renew'],
  ['nothing but white space', ' \n '],
])('a quote that is %s is not found', (_, quote) => {
  expect(located(quote)).toBeUndefined();
});

it('a quote of another section is not found', () => {
  const section = new QuoteLocator(text, { start: 0, end: text.indexOf('Nothing else') });
  expect(section.locate('Nothing else renews')).toBeUndefined();
});
