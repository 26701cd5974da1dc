import type { Permission, SessionId } from './session.ts';
import type { UserId } from './user.ts';

/** What a service account may be allowed. */
export const scopes = ['read', 'analyze', 'write', 'share', 'audit', 'operate'] as const satisfies Permission[];
export type Scope = (typeof scopes)[number];

/** An account of a program. It is to documents and grants what a user is, but cannot log in. */
export interface ServiceAccount {
  serviceAccountId: UserId;
  /** Unique among service accounts. */
  name: string;
  /** In the order of `scopes`, without repetition. */
  scopes: Scope[];
  /** A disabled service account has no credentials. */
  disabled: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** What a service account is known by: a session in which it may do what its scopes say, and that idleness does not end. */
export interface Credential {
  credentialId: SessionId;
  createdAt: Date;
  /** Behind the real last use by up to a minute. */
  lastUsedAt: Date;
  /** Absent if it does not end by itself. */
  expiresAt?: Date;
}

/** A credential with what proves that a token is its own. Holds no usable token. */
export interface StoredCredential extends Credential {
  /** SHA-256 of the token's secret, in hexadecimal. */
  secretHash: string;
}

/** Live credentials of a service account: enough to replace one by another everywhere before the old one is revoked. */
export const maxCredentials = 5;
