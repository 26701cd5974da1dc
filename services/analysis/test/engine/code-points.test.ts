import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexCodePoints } from '../../src/engine/builtin/text/code-points.ts';

const anyText = fc.string({
  unit: fc.constantFrom('a', ' ', 'é', '。', '\u{1f600}', '\u{20000}', '\ud800', '\udc00'),
  maxLength: 40,
});

test('offsets of whole characters translate both ways as iteration counts them', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const index = indexCodePoints(text);
      const characters = [...text];
      let utf16 = 0;
      for (const [codePoint, character] of characters.entries()) {
        expect(index.fromUtf16(utf16)).toBe(codePoint);
        expect(index.toUtf16(codePoint)).toBe(utf16);
        utf16 += character.length;
      }
      expect(index.length).toBe(characters.length);
      expect(index.fromUtf16(text.length)).toBe(characters.length);
      expect(index.toUtf16(characters.length)).toBe(text.length);
    }),
  );
});

test('an offset inside a pair means the start of the pair', () => {
  expect(indexCodePoints('a\u{1f600}b').fromUtf16(2)).toBe(1);
});
