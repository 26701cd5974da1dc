import { expect, test } from 'vitest';
import { metadataProblem } from '../../src/domain/metadata.ts';

function nested(levels: number): Record<string, unknown> {
  return levels === 1 ? {} : { inner: nested(levels - 1) };
}

test('any JSON object within the bounds is accepted', () => {
  expect(metadataProblem({})).toBeUndefined();
  expect(metadataProblem({ parties: ['a', { name: null }], amount: 1.5, signed: true, 'ключ\n': '' })).toBeUndefined();
  expect(metadataProblem(nested(8))).toBeUndefined();
  expect(metadataProblem({ text: 'x'.repeat(16 * 1024 - 11) })).toBeUndefined();
});

test.each([
  ['too deep', nested(9), 'must be nested at most 8 levels deep'],
  ['far too deep', nested(5000), 'must be nested at most 8 levels deep'],
  ['too large', { text: 'x'.repeat(16 * 1024 - 10) }, 'must take at most 16 KiB as JSON'],
  ['too large in UTF-8', { text: 'é'.repeat(8 * 1024) }, 'must take at most 16 KiB as JSON'],
  ['holding U+0000, which PostgreSQL cannot store', { list: ['a\0b'] }, 'must not contain the character U+0000'],
  ['holding U+0000 in a name', { 'a\0b': 1 }, 'must not contain the character U+0000'],
  ['holding what JSON has no word for', { number: Number.NaN }, 'must contain no numbers other than finite ones'],
])('metadata is refused when it is %s', (_, metadata, problem) => {
  expect(metadataProblem(metadata)).toBe(problem);
});
