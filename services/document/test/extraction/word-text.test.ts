import { expect, test } from 'vitest';
import { sectionsOf, type WordElement } from '../../src/extraction/word-text.ts';

const text = (value: string): WordElement => ({ type: 'text', value });
const element = (type: string, ...children: WordElement[]): WordElement => ({ type, children });
const paragraph = (...children: (string | WordElement)[]): WordElement =>
  element('paragraph', element('run', ...children.map((child) => (typeof child === 'string' ? text(child) : child))));
const row = (...cells: WordElement[][]): WordElement =>
  element('tableRow', ...cells.map((paragraphs) => element('tableCell', ...paragraphs)));
const pageBreak: WordElement = { type: 'break', breakType: 'page' };

function sections(...children: WordElement[]): string[] {
  const resolve = () => ({ body: [paragraph('See schedule 2.')] });
  return sectionsOf({ type: 'document', children, notes: { resolve } });
}

test('a paragraph is a line, with a blank line between paragraphs and empty ones left out', () => {
  expect(sections(paragraph('1. Term'), paragraph(' '), paragraph('Two ', 'years.'))).toEqual([
    '1. Term\n\nTwo years.',
  ]);
});

test('a line break inside a paragraph does not glue words together', () => {
  expect(sections(paragraph('Acme Ltd', { type: 'break', breakType: 'line' }, 'Main Street 1'))).toEqual([
    'Acme Ltd\nMain Street 1',
  ]);
});

test('tabs and checkboxes are kept', () => {
  const box = (checked: boolean): WordElement => ({ type: 'checkbox', checked });
  expect(sections(paragraph(box(true), { type: 'tab' }, 'yes '), paragraph(box(false), ' no'))).toEqual([
    '☒\tyes\n\n☐ no',
  ]);
});

test('a table row is a line with tabs between its cells', () => {
  const table = element('table', row([paragraph('Fee')], [paragraph('$ 100')]), row([paragraph('Term')], []));
  expect(sections(table)).toEqual(['Fee\t$ 100\n\nTerm']);
});

test('a cell with paragraphs of its own keeps them', () => {
  const table = element('table', row([paragraph('Term')], [paragraph('Two years.'), paragraph('Renews.')]));
  expect(sections(table)).toEqual(['Term\n\nTwo years.\n\nRenews.']);
});

test('a footnote follows the paragraph that refers to it', () => {
  expect(sections(paragraph('The fee', { type: 'noteReference' }, ' is due.'), paragraph('Next.'))).toEqual([
    'The fee is due.\n\nSee schedule 2.\n\nNext.',
  ]);
});

test('a page break cuts, wherever it stands, and makes no empty page', () => {
  expect(sections(paragraph('One.'), paragraph(pageBreak), paragraph('Two.', pageBreak, 'Three.', pageBreak))).toEqual([
    'One.',
    'Two.',
    'Three.',
  ]);
});

test('a note stands once, so notes that refer to themselves or to each other twice end', () => {
  const reference: WordElement = { type: 'noteReference' };
  const note = { body: [paragraph('See above.', reference, reference)] };
  const children = [paragraph('Term', reference), paragraph('Price', reference)];
  expect(sectionsOf({ type: 'document', children, notes: { resolve: () => note } })).toEqual([
    'Term\n\nSee above.\n\nPrice',
  ]);
});
