import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Codec, decodeEntry, encodeEntry } from '../../src/cache/entry.ts';
import { bookCodec } from '../shelf/replica.ts';

const jsonCodec: Codec<unknown> = { version: 1, toJson: (value) => value, fromJson: (json) => json };

describe('an entry', () => {
  it('holds any JSON value, also a lasting not-found', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, epoch) => {
        const text = encodeEntry(value, epoch, jsonCodec);
        expect(decodeEntry(text, epoch, jsonCodec)).toEqual({ value: JSON.parse(JSON.stringify(value)) });
      }),
    );
    expect(decodeEntry(encodeEntry(undefined, 7, bookCodec), 7, bookCodec)).toEqual({ value: undefined });
  });

  const good = encodeEntry({ title: 'Emma' }, 7, bookCodec);

  it.each([
    ['of another epoch', good, 8, bookCodec],
    ['of another version of the code', good, 7, { ...bookCodec, version: 2 }],
    ['of another shape', encodeEntry({ name: 'Emma' }, 7, jsonCodec), 7, bookCodec],
    ['that is cut off', good.slice(0, -1), 7, bookCodec],
    ['that is empty', '', 7, bookCodec],
    ['that is null', 'null', 7, bookCodec],
    ['that is a number', '7', 7, bookCodec],
  ])('%s is a miss', (_name, text, epoch, codec) => {
    expect(decodeEntry(text, epoch, codec)).toBeUndefined();
  });

  it('that is any text at all never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => decodeEntry(text, 7, bookCodec) === undefined));
  });
});
