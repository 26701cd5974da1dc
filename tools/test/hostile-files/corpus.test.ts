import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { corpus } from '../../hostile-files/corpus.ts';
import { sampleOf } from '../../hostile-files/sample.ts';

const canary = { url: 'http://127.0.0.1:9/' };

test('there are more than a hundred files, and no two have the same name', () => {
  expect(corpus.length).toBeGreaterThan(100);
  expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
});

test('the same file has the same bytes at every call', () => {
  const digest = (name: string) => {
    const bytes = corpus.find((file) => file.name === name)?.content(canary) ?? '';
    return createHash('sha256').update(bytes).digest('hex');
  };
  for (const name of ['zip-bomb-with-quoted-headers', 'pdf-of-noise', 'word-references-to-the-web']) {
    expect(digest(name)).toBe(digest(name));
  }
});

test('no file that can be made to try is without an expectation', () => {
  expect(corpus.filter(({ expected }) => expected.length === 0)).toEqual([]);
});

test('the sample has files of every kind', () => {
  const kinds = (files: typeof corpus) => new Set(files.map(({ name }) => name.split('-')[0]));
  expect(kinds(sampleOf(corpus))).toEqual(kinds(corpus));
});
