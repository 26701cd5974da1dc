import type { AccountRole, Role, UserId } from './user.ts';

export type SessionId = string & { readonly brand: 'SessionId' };

/**
 * What a session may do with the documents that its user may reach. `admin` is for administrators; `audit` and `operate`,
 * which are part of it, can be given to service accounts by themselves.
 */
export const permissions = ['read', 'analyze', 'write', 'share', 'admin', 'audit', 'operate'] as const;
export type Permission = (typeof permissions)[number];

export interface Session {
  sessionId: SessionId;
  userId: UserId;
  /** The user's role now; a change of role reaches the session at once. */
  role: AccountRole;
  /** Set when the session is narrowed to one document. */
  documentId?: string;
  /** In the order of `permissions`, without repetition. */
  permissions: Permission[];
  createdAt: Date;
  /** Behind the real last use by up to a minute, because uses are recorded at most that often. */
  lastUsedAt: Date;
  /** Moves on with each recorded use, up to `absoluteExpiresAt`. A credential's stays as it is. */
  expiresAt?: Date;
  /** Absent for a credential that does not end by itself. */
  absoluteExpiresAt?: Date;
}

/** A session with what proves that a token is its own. Holds no usable token. */
export interface StoredSession extends Session {
  /** SHA-256 of the token's secret, in hexadecimal. */
  secretHash: string;
}

/** All that a session of this role may do. */
export function permissionsOf(role: Role): Permission[] {
  return role === 'admin' ? ['read', 'analyze', 'write', 'share', 'admin'] : ['read', 'analyze', 'write', 'share'];
}

/**
 * Whether its user could do more in another session: it is bound to a document, or lacks what every person may do. What
 * was handed to a program for one purpose does not reach into the account itself.
 */
export function isNarrowed({ documentId, role, permissions: own }: Session): boolean {
  if (documentId !== undefined) return true;
  return role !== 'service' && !permissionsOf('user').every((permission) => own.includes(permission));
}

export function isLive({ expiresAt, absoluteExpiresAt }: Session, now: Date): boolean {
  return [expiresAt, absoluteExpiresAt].every((end) => end === undefined || now < end);
}
