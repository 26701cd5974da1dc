import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toCamelCase, toSnakeCase } from '../../src/json/snake-case.ts';

/** Names as our types have them: camelCase with digits anywhere but in front. */
const camelCaseKey = fc.stringMatching(/^[a-z][a-z0-9]{0,5}([A-Z][a-z0-9]{0,5}){0,3}$/);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(camelCaseKey, tie('tree'), { maxKeys: 4 }),
  ),
}));

it('renames to and fro without loss', () => {
  fc.assert(
    fc.property(tree, (value) => {
      expect(toCamelCase(toSnakeCase(value))).toEqual(value);
    }),
  );
});

it('leaves values alone, and has no upper case in any key', () => {
  fc.assert(
    fc.property(tree, (value) => {
      const text = JSON.stringify(toSnakeCase(value), (_key, item: unknown) => (typeof item === 'string' ? '' : item));
      expect(text).not.toMatch(/"[^"]*[A-Z][^"]*":/);
    }),
  );
});

it('renames keys at every depth', () => {
  const at = new Date(0);
  const camel = {
    documentId: 'someId',
    textSha256: 'aB',
    pageRanges: [{ startPage: 1 }],
    createdAt: at,
    none: undefined,
  };
  const snake = {
    document_id: 'someId',
    text_sha256: 'aB',
    page_ranges: [{ start_page: 1 }],
    created_at: at,
    none: undefined,
  };
  expect(toSnakeCase(camel)).toEqual(snake);
  expect(toCamelCase(snake)).toEqual(camel);
});
