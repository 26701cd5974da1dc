import { randomBytes } from 'node:crypto';
import { assertionPublicKeysOf } from '../auth/assertion-keys.ts';

/** A new key for assertions, as the session service is told of it, and as all services are. */
export function newAssertionSettings(): { signing: { ASSERTION_KEY: string }; all: { ASSERTION_PUBLIC_KEYS: string } } {
  const key = randomBytes(32).toString('base64url');
  return { signing: { ASSERTION_KEY: key }, all: { ASSERTION_PUBLIC_KEYS: assertionPublicKeysOf(key) } };
}
