import { expect, test } from 'vitest';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { outlineOf } from '../../src/report/outline/outline.ts';
import { hostile, hostileSubject } from './hostile-subject.ts';

const textOf = (hostileText: string) => renderMarkdown(outlineOf(hostileSubject(hostileText)));

test('nothing of a contract becomes a link, a picture, HTML, code, emphasis or a formula', () => {
  const unescaped = textOf(hostile).replace(/\\[!-/:-@[-`{-~]/g, '');
  expect(unescaped).not.toMatch(/[[\]`_~$<!@]|\\/);
  expect(unescaped).not.toMatch(/https?:\/\/|www\./);
  // What is left are our own headings, bold labels, quotes and tables.
  expect(unescaped.replace(/^#{1,3} |^> |\*\*/gm, '')).not.toMatch(/[#*]/);
});

test.each(['# title', '- item', '+ item', '* item', '1. item', '12) item', '> quote', '=====', '---', '| a |'])(
  'a text that begins with %j begins no block of its own',
  (start) => {
    const lines = textOf(start).split('\n');
    expect(lines.filter((line) => line === start)).toEqual([]);
    expect(lines.filter((line) => /^(?:\d+[.)]|[+*=]|-{3,})/.test(line.replaceAll('**', '')))).toEqual([]);
  },
);

test('a cell of a table stays one cell', () => {
  const rows = textOf(hostile)
    .split('\n')
    .filter((line) => line.startsWith('| '));
  const columns = rows.map((row) => row.replace(/\\\|/g, '').split('|').length - 2);
  expect(new Set(columns)).toEqual(new Set([2, 3, 4]));
});
