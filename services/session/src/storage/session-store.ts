import type { AuditEvent } from '../domain/audit-event.ts';
import type { SessionId, StoredSession } from '../domain/session.ts';
import type { UserId } from '../domain/user.ts';

/** Sessions that were not revoked. Every change but `touch` is written together with its audit event. */
export interface SessionStore {
  /**
   * Of a user's sessions only the newest 200 are kept.
   *
   * @throws {SessionError} invalid_credentials if there is no such user, or it is disabled
   */
  create(session: StoredSession, event: AuditEvent): Promise<void>;

  /** The session, live or expired; undefined once it was revoked or swept. */
  get(sessionId: SessionId): Promise<StoredSession | undefined>;

  /** Records a use: `expiresAt` moves. Does nothing if the session is gone. */
  touch(sessionId: SessionId, lastUsedAt: Date, expiresAt: Date): Promise<void>;

  /** The user's sessions that are live at `now`, newest first. */
  listLive(userId: UserId, now: Date): Promise<StoredSession[]>;

  /**
   * Ends a session of that user. Once it resolves, no `get` on any replica returns it.
   *
   * @returns whether there was one
   */
  revoke(userId: UserId, sessionId: SessionId, event: AuditEvent): Promise<boolean>;

  /**
   * Ends all sessions of a user, as `revoke` does.
   *
   * @param eventOf makes the audit event of each session that is ended
   * @returns how many there were
   */
  revokeAll(userId: UserId, eventOf: (sessionId: SessionId) => AuditEvent): Promise<number>;

  /** Removes up to `limit` sessions that expired before `now`. @returns how many */
  sweepExpired(now: Date, limit: number): Promise<number>;
}
