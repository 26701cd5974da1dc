import { expect, test } from 'vitest';
import { fewestCodePoints } from '../../src/extraction/text-encoding.ts';

test.each([
  ['UTF-8', Buffer.from('a§𝄞'), 3],
  ['UTF-8 with a byte order mark, which counts', Buffer.from('\ufeffa'), 2],
  ['UTF-16, as if all characters were pairs', Buffer.from('\ufeffabc', 'utf16le'), 2],
])('the fewest code points of %s', (_encoding, bytes, count) => {
  expect(fewestCodePoints(bytes)).toBe(count);
});
