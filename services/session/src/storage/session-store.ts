import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { Leased } from '@contract-reviewer/platform/trust-period';
import type { SessionId, StoredSession } from '../domain/session.ts';
import type { UserId } from '../domain/user.ts';

/**
 * What a new session rests on: the hash of the password that was verified, or the session that it is made from. It must
 * still hold when the session is written, or who is being locked out could open another session meanwhile.
 */
export type SessionOrigin = { passwordHash: string } | { sessionId: SessionId };

export interface SessionUse {
  /** The last use that the caller knows of. */
  knownUse: Date;
  lastUsedAt: Date;
  /** Absent if it does not end by itself. */
  expiresAt?: Date;
}

/** Sessions that were not revoked. What people do is written together with its audit event. */
export interface SessionStore {
  /**
   * Of a user's sessions 200 are kept: the newest, and of narrowed ones only as many as the others leave room for, so
   * that who has one of them cannot push the others out.
   *
   * @throws {SessionError} invalid_credentials if there is no such user, it is disabled, or its password or role is not
   *   what the session rests on; invalid_session if the session that it is made from has ended or may less by now
   */
  create(session: StoredSession, origin: SessionOrigin, event: NewAuditEvent): Promise<void>;

  /** The session, live or expired; undefined once it was revoked or swept. */
  get(sessionId: SessionId): Promise<StoredSession | undefined>;

  /** The same, and until when other processes may remember it. */
  getLeased(sessionId: SessionId): Promise<Leased<StoredSession | undefined>>;

  /** Records a use: `expiresAt` moves. Does nothing if the session is gone, or another use has been recorded since. */
  touch(sessionId: SessionId, use: SessionUse): Promise<void>;

  /** The user's sessions that are live at `now`, newest first. */
  listLive(userId: UserId, now: Date): Promise<StoredSession[]>;

  /**
   * Ends a session of that user, and all that were made from it, also by way of others. Once it resolves, no `get` on any
   * replica returns one of them, whoever it was that ended it.
   *
   * @param eventOf makes the audit event of each session that is ended
   * @returns whether there was one; one that has expired counts by what was made from it
   */
  revoke(userId: UserId, sessionId: SessionId, eventOf: (sessionId: SessionId) => NewAuditEvent): Promise<boolean>;

  /**
   * Ends all sessions of a user, as `revoke` does.
   *
   * @param eventOf makes the audit event of each session that is ended
   * @returns how many there were
   */
  revokeAll(userId: UserId, eventOf: (sessionId: SessionId) => NewAuditEvent): Promise<number>;

  /** Removes up to `limit` sessions that expired before `now`. @returns how many */
  sweepExpired(now: Date, limit: number): Promise<number>;
}
