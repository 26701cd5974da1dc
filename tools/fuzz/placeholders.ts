import fc, { type Arbitrary } from 'fast-check';

/** What ids are of. */
export const nouns = ['document', 'analysis', 'session', 'user', 'account', 'credential'] as const;
export type Noun = (typeof nouns)[number];

/** Whose: the caller's own, the other user's, or nobody's. */
const belongings = ['own', 'other', 'gone'] as const;
export type Belonging = (typeof belongings)[number];

const placeholder = /\$(document|analysis|session|user|account|credential)\.(own|other|gone)\.(\d+)\$/g;

/** The field's name tells what its id is of. */
const nounsOfNames: readonly [RegExp, Noun][] = [
  [/^document_id$/, 'document'],
  [/^(analysis|before_analysis|after_analysis|before|after)_id$/, 'analysis'],
  [/^session_id$/, 'session'],
  [/^(user|owner|default_owner|grantee)_id$/, 'user'],
  [/^service_account_id$/, 'account'],
  [/^credential_id$/, 'credential'],
];

export function nounOf(fieldName: string): Noun | undefined {
  return nounsOfNames.find(([names]) => names.test(fieldName))?.[1];
}

/**
 * Text that stands for an id until the request is sent, so that requests can be repeated on another system.
 *
 * @param belonging whose ids it may be, the first of them most often
 */
export function idOf(noun: Noun, belonging: readonly Belonging[] = ['own']): Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...belonging), fc.nat(999)).map(([whose, index]) => `$${noun}.${whose}.${index}$`);
}

/** @param lookUp gives the id for what a placeholder says */
export function resolve(text: string, lookUp: (noun: Noun, whose: Belonging, index: number) => string): string {
  return text.replace(placeholder, (_, noun: Noun, whose: Belonging, index: string) =>
    lookUp(noun, whose, Number(index)),
  );
}
