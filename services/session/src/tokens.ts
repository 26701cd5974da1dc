import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SessionId } from './domain/session.ts';

/** 256 bits from the system's generator, in base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 in hexadecimal. The secret is random and long, so no slow hash is needed. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export function isSecretOf(secretHash: string, secret: string): boolean {
  return timingSafeEqual(Buffer.from(secretHash, 'hex'), Buffer.from(hashSecret(secret), 'hex'));
}

/** A bearer token: `<session_id>.<secret>`. */
export function formatToken(sessionId: SessionId, secret: string): string {
  return `${sessionId}.${secret}`;
}

export function parseToken(token: string): { sessionId: SessionId; secret: string } | undefined {
  const match = /^([\w-]{1,128})\.([\w-]{43})$/.exec(token);
  return match ? { sessionId: match[1] as SessionId, secret: match[2] as string } : undefined;
}
