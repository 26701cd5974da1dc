import { expect, test } from 'vitest';
import { Vocabulary } from '../../../src/engine/builtin/network/vocabulary.ts';

function rowsOf(vocabulary: Vocabulary, keys: number[]): number[] {
  const rows = new Int32Array(keys.length);
  return [...rows.subarray(0, vocabulary.lookUp(Uint32Array.from(keys), rows))];
}

test('known keys are found in the order of the text, each once, and unknown ones are passed over', () => {
  const vocabulary = new Vocabulary(Uint32Array.of(7, 1031, 4_294_967_295));
  expect(rowsOf(vocabulary, [1031, 5, 7, 1031, 4_294_967_295, 2055])).toEqual([1, 0, 2]);
});

test('each reading starts anew', () => {
  const vocabulary = new Vocabulary(Uint32Array.of(3, 4));
  expect([rowsOf(vocabulary, [3]), rowsOf(vocabulary, [3, 4])]).toEqual([[0], [0, 1]]);
});

test('keys whose slots collide are told apart', () => {
  const keys = Uint32Array.from({ length: 400 }, (_, index) => index * 1024);
  expect(rowsOf(new Vocabulary(keys), [...keys])).toEqual([...keys.keys()]);
});
