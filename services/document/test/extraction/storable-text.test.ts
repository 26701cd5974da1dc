import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toStorableText } from '../../src/extraction/storable-text.ts';

test('every line end becomes a line feed', () => {
  expect(toStorableText('a\r\nb\rc\nd\u2028e\vf')).toBe('a\nb\nc\nd\ne\nf');
});

test('control characters go, tabs and line feeds stay', () => {
  expect(toStorableText('a\0b\x01c\x1bd\te\nf\x7fg\f')).toBe('abcd\te\nfg');
});

test('lone surrogates are replaced, pairs stay', () => {
  expect(toStorableText('a\ud800b𝄞\udc00')).toBe('a\ufffdb𝄞\ufffd');
});

test('whatever comes in, PostgreSQL and UTF-8 can hold what comes out', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }), (input) => {
      const text = toStorableText(input);
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toMatch(/[^\P{Cc}\t\n]/u);
      expect(toStorableText(text)).toBe(text);
    }),
  );
});
