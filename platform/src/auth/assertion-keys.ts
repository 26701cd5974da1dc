import { hash, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { privateKeyOf, publicKeyOf, publicText } from '../ed25519.ts';

/** A key with the name under which assertions refer to it. */
export interface AssertionKey {
  keyId: string;
  key: KeyObject;
}

/** Private keys; the first one signs. */
export type SigningKeys = [AssertionKey, ...AssertionKey[]];

/** Public keys by their names: an assertion that one of them signed counts. */
export type VerificationKeys = ReadonlyMap<string, KeyObject>;

/**
 * Ed25519 private keys, 256 random bits each in base64url, comma-separated. The first one signs; to change it without a
 * refused call, every process has to know the public half of the new one before it comes first.
 */
export const assertionKeys = z.string().transform((seeds, context): SigningKeys => {
  try {
    const [first, ...others] = seeds.split(',').map((seed) => named(privateKeyOf(seed.trim())));
    if (first) return [first, ...others];
  } catch {
    // Said below, without the value.
  }
  context.addIssue('must be keys of 256 random bits in base64url, comma-separated');
  return z.NEVER;
});

/** The public halves of those keys, as `assertionPublicKeysOf` writes them. */
export const assertionPublicKeys = z.string().transform((list, context): VerificationKeys => {
  try {
    return new Map(list.split(',').map((text) => [keyIdOf(text.trim()), publicKeyOf(text.trim())]));
  } catch {
    context.addIssue('must be Ed25519 public keys in base64url, comma-separated');
    return z.NEVER;
  }
});

/** The setting ASSERTION_PUBLIC_KEYS that goes with these private keys. */
export function assertionPublicKeysOf(seeds: string): string {
  return seeds
    .split(',')
    .map((seed) => publicText(privateKeyOf(seed.trim())))
    .join(',');
}

function named(key: KeyObject): AssertionKey {
  return { keyId: keyIdOf(publicText(key)), key };
}

function keyIdOf(publicKey: string): string {
  return hash('sha256', Buffer.from(publicKey, 'base64url'), 'hex').slice(0, 16);
}
