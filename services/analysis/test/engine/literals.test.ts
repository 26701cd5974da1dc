import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectors } from '../../src/engine/builtin/clauses/detectors/index.ts';
import { contains, LiteralNumbers, LiteralScanner } from '../../src/engine/builtin/clauses/literal-scanner.ts';
import { PhraseMatcher } from '../../src/engine/builtin/clauses/phrase.ts';
import { requiredLiterals } from '../../src/engine/builtin/clauses/required-literals.ts';
import { clauseExamples } from './clause-examples.ts';

describe('what an expression requires', () => {
  test.for([
    ['a run of characters', 'right of first', ['right of first']],
    ['each of its alternatives', 'renew|exten[ds]|(prolong)', ['renew', 'exten', 'prolong']],
    ['the group that tells most', '(a|the) (notice|terminat\\w{0,14})', ['notice', 'terminat']],
    ['nothing of what may be missing', '(prior )?notices?', ['notice']],
    ['nothing of what must not follow', 'audit(?! committee)', ['audit']],
    ['a named group, and not its name', '(?<who>buyer|seller) \\k<who>', ['buyer', 'seller']],
    ['escaped signs', 'u\\.s\\.', ['u.s.']],
    ['nothing, when an alternative requires nothing', 'notice|\\d{1,3}', undefined],
  ] as const)('%s', ([, source, literals]) => {
    expect(requiredLiterals(source)).toEqual(literals);
  });
});

test('all literals of a text are found in one pass, those inside others too', () => {
  const scanner = new LiteralScanner(['she', 'he', 'hers', 'his', 'e']);
  const found = (text: string) => [0, 1, 2, 3, 4].filter((literal) => contains(scanner.scan(text), literal));
  expect(found('ushers')).toEqual([0, 1, 2, 4]);
  expect(found('h\u00e9 is')).toEqual([]);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('s', 'h', 'e', 'r', 'i', '\u{1f600}') }), (text) => {
      const expected = ['she', 'he', 'hers', 'his', 'e'].flatMap((literal, at) => (text.includes(literal) ? [at] : []));
      expect(found(text)).toEqual(expected);
    }),
  );
});

test('phrases are found in the same texts with and without knowing the literals of a text', () => {
  const numbers = new LiteralNumbers();
  const groups = detectors.flatMap(({ conclusive = [], supporting = [], against = [], vetoes = [] }) => [
    conclusive,
    ...supporting,
    ...against,
    vetoes,
  ]);
  const matchers = groups.map((group) => new PhraseMatcher(group, numbers));
  const scanner = new LiteralScanner(numbers.literals);
  const texts = clauseExamples.flatMap(({ clauses, lookalikes }) => [...clauses, ...lookalikes]);
  for (const text of texts.map((each) => each.toLowerCase())) {
    const found = scanner.scan(text);
    for (const [index, matcher] of matchers.entries())
      expect(matcher.test(text, 0, found), `${groups[index]?.join(' | ')} in ${text}`).toBe(matcher.test(text));
  }
});
