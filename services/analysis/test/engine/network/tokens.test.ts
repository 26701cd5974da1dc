import { describe, expect, test } from 'vitest';
import { tokensOf } from '../../../src/engine/builtin/network/tokens.ts';

const words = (text: string) => [...tokensOf(text).words];
const prefixes = (text: string) => [...tokensOf(text).prefixes];

describe('words', () => {
  test.for([
    ['a plural and its singular', 'licenses', 'license'],
    ['numbers of the same length', '1,500', '2.750'],
    ['years', '1998', '2031'],
    ['words between other signs', '(the) seller;', 'the seller'],
  ])('%s are the same', ([, one, other]) => {
    expect(words(one ?? '')).toEqual(words(other ?? ''));
  });

  test.for([
    ['different words', 'seller', 'buyer'],
    ['a year and another number of four digits', '2024', '3024'],
    ['a percentage and an amount', '5%', '$5'],
    ['words in another order', 'seller buyer', 'buyer seller'],
    ['a word that ends in two s', 'less', 'le'],
  ])('%s are not', ([, one, other]) => {
    expect(words(one ?? '')).not.toEqual(words(other ?? ''));
  });

  test('inflections share a prefix', () => {
    expect(prefixes('terminating')).toEqual(prefixes('terminated'));
    expect(words('terminating')).not.toEqual(words('terminated'));
  });

  test('a full stop after a number ends the sentence, not the number', () => {
    expect(words('within 30. the')).toEqual(words('within 30 the'));
  });
});
