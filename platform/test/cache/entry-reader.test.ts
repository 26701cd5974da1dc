import { expect, it } from 'vitest';
import { type Codec, encodeEntry } from '../../src/cache/entry.ts';
import { EntryReader } from '../../src/cache/entry-reader.ts';

const codec: Codec<{ title: string }> = {
  version: 1,
  toJson: (book) => book,
  fromJson: (json) => ({ ...(json as { title: string }) }),
};

function bookIn(reading: { kind: string; value?: unknown }): unknown {
  return reading.kind === 'entry' ? reading.value : reading.kind;
}

it('an entry that is the same is decoded once, and one that is not anew', () => {
  const reader = new EntryReader(codec);
  const emma = encodeEntry({ title: 'Emma' }, 1, codec);
  const first = bookIn(reader.read('a', Buffer.from(emma), 1));
  expect(first).toEqual({ title: 'Emma' });
  expect(bookIn(reader.read('a', Buffer.from(emma), 1))).toBe(first);
  expect(bookIn(reader.read('a', encodeEntry({ title: 'Amme' }, 1, codec), 1))).toEqual({ title: 'Amme' });
  expect(bookIn(reader.read('a', Buffer.from(emma), 1))).toEqual({ title: 'Emma' });
});

it('an entry is not believed after its epoch because it was believed before', () => {
  const reader = new EntryReader(codec);
  const emma = encodeEntry({ title: 'Emma' }, 1, codec);
  reader.read('a', emma, 1);
  expect(bookIn(reader.read('a', emma, 2))).toBe('other_epoch');
});

it('what is remembered does not change with the buffer that it was read from', () => {
  const reader = new EntryReader(codec);
  const emma = encodeEntry({ title: 'Emma' }, 1, codec);
  reader.read('a', emma, 1);
  emma.write('Amme', emma.indexOf('Emma'));
  expect(bookIn(reader.read('a', emma, 1))).toEqual({ title: 'Amme' });
});
