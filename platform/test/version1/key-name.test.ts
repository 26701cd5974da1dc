import { expect, it } from 'vitest';
import { keyBytes, keyName } from '../../src/version1/key-name.ts';

it.each([
  ['text', Buffer.from('document:Vertrag Ä'), 'document:Vertrag Ä'],
  ['no text', Buffer.from([0x64, 0xff]), '\\x64ff'],
  ['a character that PostgreSQL cannot hold', Buffer.from('a\0b'), '\\x610062'],
  ['text that looks like the name of bytes', Buffer.from('\\x41'), '\\x5c783431'],
  ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x61]), '\uFEFFa'],
])('names a key that is %s, and finds it by its name', (_what, key, name) => {
  expect(keyName(key)).toBe(name);
  expect(keyBytes(name)).toEqual(key);
});
