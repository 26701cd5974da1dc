import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { renderHtml } from '../../src/report/html/html.ts';
import { outlineOf } from '../../src/report/outline/outline.ts';
import { hostileSubject } from './hostile-subject.ts';
import { xmlElements } from './xml-elements.ts';

const page = renderHtml(outlineOf(hostileSubject()));
const elements = xmlElements(page);

test('a page is well formed and has no element but those that a report is made of, whatever the contract says', () => {
  const ours =
    'article b blockquote body cite col colgroup h1 h2 h3 head header html li main meta p section small span style table ' +
    'tbody td th thead title tr ul';
  expect([...new Set(elements.map(({ name }) => name))].sort().join(' ')).toBe(ours);
  const names = new Set(elements.flatMap(({ attributes }) => Object.keys(attributes)));
  expect([...names].sort()).toEqual([
    'charset',
    'class',
    'content',
    'dir',
    'http-equiv',
    'lang',
    'name',
    'scope',
    'xmlns',
  ]);
});

test('a page loads nothing and runs nothing: its policy names its own style sheet alone', () => {
  const policy = elements.find(({ attributes }) => 'http-equiv' in attributes)?.attributes.content ?? '';
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
  expect(policy.replaceAll('&#39;', "'")).toBe(
    `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; base-uri 'none'; form-action 'none'`,
  );
  expect(style).not.toMatch(/url\(|@import/);
});

test('the contract text is there as text, without what hides or turns it', () => {
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).not.toMatch(/[\p{Bidi_Control}\u200b\u{e0000}-\u{e007f}]/u);
});

test('a review that is partial, or by another engine than was asked for, says so first', () => {
  expect(page.match(/<p class="warning"/g)).toHaveLength(2);
  expect(page.indexOf('in place of ollama')).toBeLessThan(page.indexOf('This review is partial'));
  expect(page.indexOf('This review is partial')).toBeLessThan(page.indexOf('Parties'));
});

test('every width of a column has its class', () => {
  const widths = elements.filter(({ name }) => name === 'col').map(({ attributes }) => attributes.class);
  for (const width of widths) expect(page).toContain(`.${width} { width: ${width?.slice(1)}%; }`);
});
