import type { Role, UserId } from './user.ts';

export type SessionId = string & { readonly brand: 'SessionId' };

/** What a session may do with the documents that its user may reach. `admin` is for administrators. */
export const permissions = ['read', 'analyze', 'write', 'share', 'admin'] as const;
export type Permission = (typeof permissions)[number];

export interface Session {
  sessionId: SessionId;
  userId: UserId;
  /** The user's role now; a change of role reaches the session at once. */
  role: Role;
  /** Set when the session is narrowed to one document. */
  documentId?: string;
  /** In the order of `permissions`, without repetition. */
  permissions: Permission[];
  createdAt: Date;
  /** Behind the real last use by up to a minute, because uses are recorded at most that often. */
  lastUsedAt: Date;
  /** Moves on with each recorded use, up to `absoluteExpiresAt`. */
  expiresAt: Date;
  absoluteExpiresAt: Date;
}

/** A session with what proves that a token is its own. Holds no usable token. */
export interface StoredSession extends Session {
  /** SHA-256 of the token's secret, in hexadecimal. */
  secretHash: string;
}

/** All that a session of this role may do. */
export function permissionsOf(role: Role): Permission[] {
  return permissions.filter((permission) => permission !== 'admin' || role === 'admin');
}

export function isLive(session: Session, now: Date): boolean {
  return now < session.expiresAt && now < session.absoluteExpiresAt;
}
