import { randomBytes } from 'node:crypto';

/** A secret as services have it. */
export function newServiceToken(): string {
  return randomBytes(32).toString('base64url');
}
