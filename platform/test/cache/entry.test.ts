import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Codec, encodeEntry, readEntry } from '../../src/cache/entry.ts';
import { bookCodec } from '../shelf/replica.ts';

const jsonCodec: Codec<unknown> = { version: 1, toJson: (value) => value, fromJson: (json) => json };

const textCodec: Codec<string> = {
  version: 1,
  toJson: (text) => text.length,
  toBytes: (text) => Buffer.from(text),
  fromJson: (_length, bytes) => bytes.toString(),
};

describe('text that is passed on as it is', () => {
  it('comes back to the letter, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, epoch) => {
        const entry = encodeEntry(text, epoch, textCodec);
        expect(readEntry(entry, epoch, textCodec)).toMatchObject({ kind: 'entry', value: text });
      }),
    );
    expect(readEntry(encodeEntry(undefined, 7, textCodec), 7, textCodec)).toMatchObject({ value: undefined });
  });

  const good = encodeEntry('Emma, by Jane Austen', 7, textCodec).toString();

  it.each([
    ['cut off', good.slice(0, -1)],
    ['cut off at the line', good.slice(0, good.indexOf('\n'))],
    ['not the one that was written', good.replace('Emma', 'Amme')],
    ['gone', good.slice(0, good.indexOf('\n') + 1)],
  ])('makes no entry when it is %s', (_what, text) => {
    expect(readEntry(Buffer.from(text), 7, textCodec)).toEqual({ kind: 'undecodable' });
  });

  it('makes no entry where none is expected', () => {
    expect(readEntry(Buffer.from(`${encodeEntry('a', 7, jsonCodec)}\nb`), 7, jsonCodec)).toEqual({
      kind: 'undecodable',
    });
  });
});

describe('an entry', () => {
  it('holds any JSON value, also a lasting not-found', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, epoch) => {
        const entry = encodeEntry(value, epoch, jsonCodec);
        const json = JSON.parse(JSON.stringify(value));
        expect(readEntry(entry, epoch, jsonCodec)).toMatchObject({ kind: 'entry', value: json, content: { json } });
      }),
    );
    expect(readEntry(encodeEntry(undefined, 7, bookCodec), 7, bookCodec)).toEqual({ kind: 'entry', value: undefined });
  });

  const good = encodeEntry({ title: 'Emma' }, 7, bookCodec).toString();

  it.each([
    ['of another epoch', 'other_epoch', good, 8, bookCodec],
    ['of another version of the code', 'other_version', good, 7, { ...bookCodec, version: 2 }],
    ['of another shape', 'undecodable', encodeEntry({ name: 'Emma' }, 7, jsonCodec).toString(), 7, bookCodec],
    ['that is cut off', 'undecodable', good.slice(0, -1), 7, bookCodec],
    ['that is empty', 'undecodable', '', 7, bookCodec],
    ['that is null', 'undecodable', 'null', 7, bookCodec],
    ['that is a number', 'undecodable', '7', 7, bookCodec],
    ['that names no epoch', 'undecodable', '{"version":1,"value":{"title":"Emma"}}', 7, bookCodec],
  ])('%s is no entry to rely on but %s', (_name, kind, text, epoch, codec) => {
    expect(readEntry(Buffer.from(text), epoch, codec)).toEqual({ kind });
  });

  it('that is any text at all never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => readEntry(Buffer.from(text), 7, bookCodec).kind !== 'entry'));
  });
});
