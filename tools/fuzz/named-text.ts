import fc, { type Arbitrary } from 'fast-check';
import { idOf, nounOf } from './placeholders.ts';

/** Text that a field of that name takes, as far as its name tells. */
export function textNamed(name: string, length: { minLength: number; maxLength: number }): Arbitrary<string> {
  const noun = nounOf(name);
  if (noun) return idOf(noun);
  if (name === 'email') return fc.nat(9999).map((number) => `fuzz-${number}@example.test`);
  if (name === 'token') return fc.constantFrom('$session.own.0$.secret', '$session.other.0$.secret');
  if (name === 'event_id') return fc.uuid();
  if (/password/.test(name)) return fc.string({ minLength: 12, maxLength: 40 });
  if (/sha256|hash/.test(name)) return fc.stringMatching(/^[0-9a-f]{64}$/);
  return mostly(fc.stringMatching(/^[a-z][a-z0-9]{2,20}$/), fc.string({ unit: 'grapheme', ...length }));
}

/** Three times in four the first. */
export function mostly<T>(first: Arbitrary<T>, other: Arbitrary<T>): Arbitrary<T> {
  return fc.oneof({ weight: 3, arbitrary: first }, { weight: 1, arbitrary: other });
}
