import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutIntoPages, joinPages, separatePages } from '../../src/extraction/page-map.ts';

/** The text between two offsets, counted as the page map counts. */
function codePoints(text: string, start: number, end: number): string {
  return Array.from(text).slice(start, end).join('');
}

const anyText = fc.string({ unit: 'binary' });

test('ranges count code points, not UTF-16 code units', () => {
  const { text, pages } = joinPages(['a𝄞b', '𝄞', 'c']);
  expect(pages).toEqual([
    { page: 1, start: 0, end: 3 },
    { page: 2, start: 3, end: 4 },
    { page: 3, start: 4, end: 5 },
  ]);
  expect(codePoints(text, 3, 4)).toBe('𝄞');
});

test('every range holds exactly its page, and the ranges cover the text without a gap', () => {
  fc.assert(
    fc.property(fc.array(anyText), (parts) => {
      const { text, pages } = joinPages(parts);
      let end = 0;
      for (const [index, range] of pages.entries()) {
        expect(range.start).toBe(end);
        expect(codePoints(text, range.start, range.end)).toBe(parts[index]);
        end = range.end;
      }
      expect(end).toBe(Array.from(text).length);
    }),
  );
});

test('pages with text are separated by a blank line; empty pages take up nothing', () => {
  expect(separatePages(['', 'a', '', 'b', ''])).toEqual(['', 'a\n\n', '', 'b', '']);
});

test('text that is cut into pages is still the same text', () => {
  const paragraphs = fc.array(fc.nat(5_000).map((length) => 'x'.repeat(length)));
  fc.assert(
    fc.property(paragraphs, fc.constantFrom('\n', '\n\n', '\n\n\n'), (parts, separator) => {
      const text = parts.join(separator);
      expect(cutIntoPages(text).join('')).toBe(text);
    }),
  );
});

test('a page is cut after about 3,000 characters, at the end of a paragraph', () => {
  const paragraph = `${'The parties agree. '.repeat(30)}\nand so on.\n\n`;
  const pages = cutIntoPages(paragraph.repeat(20));
  for (const page of pages) expect(page.startsWith('The parties')).toBe(true);
  for (const page of pages.slice(0, -1)) expect(Math.abs(page.length - 3_300)).toBeLessThan(600);
});

test('text without blank lines is cut at the ends of lines', () => {
  const pages = cutIntoPages('A line of a list.\n'.repeat(1_000));
  expect(pages.length).toBe(6);
  for (const page of pages) expect(page.startsWith('A line')).toBe(true);
});

test('one endless line is one page', () => {
  expect(cutIntoPages('x'.repeat(100_000))).toHaveLength(1);
});

test('cutting twenty million characters takes no longer than reading them', () => {
  const start = performance.now();
  cutIntoPages('x'.repeat(79).concat('\n').repeat(250_000));
  expect(performance.now() - start).toBeLessThan(2_000);
});
