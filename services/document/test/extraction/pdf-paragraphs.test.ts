import { expect, test } from 'vitest';
import { linesOf, type TextRun } from '../../src/extraction/pdf-lines.ts';
import { paragraphsOf } from '../../src/extraction/pdf-paragraphs.ts';

/** A run in a typewriter font of ten points, so that each character is five points wide. */
function run(text: string, y: number, x = 50, fontSize = 10): TextRun {
  return { text, x, y, width: (text.length * fontSize) / 2, fontSize };
}

/** Lines one below the other, twelve points apart; an empty string leaves one out. */
function page(...lines: (string | TextRun)[]): string {
  const runs = lines.map((line, index) => (typeof line === 'string' ? run(line, 50 + 12 * index) : line));
  return paragraphsOf(linesOf(runs.filter(({ text }) => text !== '')));
}

const full = 'This line of the agreement goes on until it reaches the right margin';

test('a paragraph that the page wrapped is one line', () => {
  expect(page(full, full, 'and ends here.')).toBe(`${full} ${full} and ends here.`);
});

test('a gap separates paragraphs by a blank line', () => {
  expect(page(full, 'and ends here.', '', full, 'and so does this.')).toBe(
    `${full} and ends here.\n\n${full} and so does this.`,
  );
});

test('a heading stays on a line of its own although no gap follows it', () => {
  expect(page('9. LIMITATION OF LIABILITY', full, full, full)).toBe(
    `9. LIMITATION OF LIABILITY\n${full} ${full} ${full}`,
  );
});

test('a numbered clause starts a line although the line before is full', () => {
  expect(page(`${full};`, `(b) ${full}`, full)).toBe(`${full};\n(b) ${full} ${full}`);
});

test('a list that began inside a line is not broken where the page wraps it', () => {
  const listed = 'The license ends upon (a) expiration of the agreement, or termination;';
  expect(page(listed, `(b) ${full.slice(0, -4)}`, full)).toBe(`${listed} (b) ${full.slice(0, -4)} ${full}`);
});

test('a section number that the page wrapped to the start of a line does not break the sentence', () => {
  expect(page(`${full} as set out in section`, '4.2 of this agreement.')).toBe(
    `${full} as set out in section 4.2 of this agreement.`,
  );
});

test('a heading starts a line although the paragraph before it ends at the margin', () => {
  const last = `${full}.`;
  expect(page(full, last, 'Governing Law', full)).toBe(`${full} ${last}\nGoverning Law\n${full}`);
});

test('a first line that is indented starts a paragraph', () => {
  const last = `${full}.`;
  const indented = run(full.slice(0, -7), 74, 80);
  expect(page(full, last, indented, full)).toBe(`${full} ${last}\n${indented.text} ${full}`);
});

test('a hanging indent does not', () => {
  expect(page(`(a) ${full}.`, run(full, 62, 70))).toBe(`(a) ${full}. ${full}`);
});

test('a larger font starts a paragraph', () => {
  expect(page(full, run('Schedule of Fees', 62, 50, 16))).toBe(`${full}\n\nSchedule of Fees`);
});

test('rows of a table are lines', () => {
  const row = (name: string, fee: string, y: number) => [run(name, y), run(fee, y, 350)];
  const runs = [...row('Onboarding fee', '$ 1,000', 50), ...row('Monthly fee', '$ 200', 62)];
  expect(paragraphsOf(linesOf(runs))).toBe('Onboarding fee $ 1,000\nMonthly fee $ 200');
});

test('the second of two columns follows the first', () => {
  const left = [run('The left column is wrapped', 50), run('and ends.', 62)];
  const right = [run('The right column is also', 50, 300), run('wrapped.', 62, 300)];
  expect(paragraphsOf(linesOf([...left, ...right]))).toBe(
    'The left column is wrapped and ends.\n\nThe right column is also wrapped.',
  );
});

test('a word that is broken at its hyphen keeps the hyphen and gets no space', () => {
  expect(page(`${full} of non-`, 'compete obligations.')).toBe(`${full} of non-compete obligations.`);
});

test('runs on one baseline are one line, with spaces where the gaps are', () => {
  const runs = [run('WHEREAS', 50), run(', the', 50, 85), run('parties', 50, 115)];
  expect(linesOf(runs).map(({ text }) => text)).toEqual(['WHEREAS, the parties']);
});

test('a superscript stays in its line', () => {
  const runs = [run('this 17', 50), run('th', 46.5, 85, 6), run('day of November', 50, 96)];
  expect(linesOf(runs).map(({ text }) => text)).toEqual(['this 17th day of November']);
});

test('hyphens that a page shows are hyphens, whatever their kind', () => {
  expect(linesOf([run('non\u00adcompete,\u00a0non\u2011solicit', 50)]).map(({ text }) => text)).toEqual([
    'non-compete, non-solicit',
  ]);
});

test('text that is printed twice to look bold is read once', () => {
  expect(linesOf([run('ARTICLE I', 50), run('ARTICLE I', 50.2, 50.3)]).map(({ text }) => text)).toEqual(['ARTICLE I']);
});

test('a page without text is empty', () => {
  expect(paragraphsOf(linesOf([]))).toBe('');
  expect(paragraphsOf(linesOf([run(' ', 50)]))).toBe('');
});
