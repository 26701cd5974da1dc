import { auditMessage, type NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import { systemClock } from '@contract-reviewer/platform/clock';
import type { Database, Transaction } from '@contract-reviewer/platform/pg/database';
import { type Leased, leasedFrom } from '@contract-reviewer/platform/trust-period';
import { SessionError } from '../domain/errors.ts';
import { type Permission, permissionsOf, type Session, type SessionId, type StoredSession } from '../domain/session.ts';
import type { AccountRole, UserId } from '../domain/user.ts';
import { sessionKey } from './cache-keys.ts';
import { type EndColumn, endColumn, endOf } from './session-end.ts';
import type { SessionOrigin, SessionStore, SessionUse } from './session-store.ts';

interface SessionRow {
  session_id: SessionId;
  user_id: UserId;
  role: AccountRole;
  secret_hash: Buffer;
  document_id: string | null;
  permissions: Permission[];
  created_at: Date;
  last_used_at: Date;
  expires_at: EndColumn;
  absolute_expires_at: EndColumn;
}

interface LockedUser {
  role: AccountRole;
  disabled: boolean;
  password_hash: string | null;
}

const selectSession = `
  SELECT session_id, user_id, role, secret_hash, document_id, permissions, sessions.created_at, last_used_at, expires_at,
         absolute_expires_at
    FROM session.sessions JOIN session.users USING (user_id)`;

const sessionsPerUser = 200;

export class PgSessionStore implements SessionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(session: StoredSession, origin: SessionOrigin, event: NewAuditEvent): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const madeFrom = await requireOrigin(transaction, session, origin);
      const superfluous = await transaction.query<{ session_id: string }>(
        `WITH created AS (
           INSERT INTO session.sessions
             (session_id, user_id, secret_hash, document_id, permissions, created_at, last_used_at, expires_at,
              absolute_expires_at, made_from)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10))
         DELETE FROM session.sessions
          WHERE session_id IN (SELECT session_id FROM session.sessions WHERE user_id = $2
                                ORDER BY document_id IS NOT NULL OR NOT permissions @> $12::text[], created_at DESC,
                                         session_id
                               OFFSET $11)
         RETURNING session_id`,
        [
          session.sessionId,
          session.userId,
          Buffer.from(session.secretHash, 'hex'),
          session.documentId ?? null,
          session.permissions,
          session.createdAt,
          session.lastUsedAt,
          endColumn(session.expiresAt),
          endColumn(session.absoluteExpiresAt),
          madeFrom,
          // Those that are there already; it sees none that is made with it.
          sessionsPerUser - 1,
          permissionsOf('user'),
        ],
      );
      transaction.emit(auditMessage(event));
      transaction.invalidate(sessionKey(session.sessionId), ...superfluous.map((row) => sessionKey(row.session_id)));
    });
  }

  async get(sessionId: SessionId): Promise<StoredSession | undefined> {
    const [row] = await this.#database.query<SessionRow>(`${selectSession} WHERE session_id = $1`, [sessionId]);
    return row && sessionOf(row);
  }

  async getLeased(sessionId: SessionId): Promise<Leased<StoredSession | undefined>> {
    const askedAt = systemClock.now();
    return leasedFrom(askedAt, await this.get(sessionId));
  }

  /** Those of the sessions that there are, in any order. */
  async getMany(sessionIds: readonly SessionId[]): Promise<StoredSession[]> {
    const rows = await this.#database.query<SessionRow>(`${selectSession} WHERE session_id = ANY ($1)`, [sessionIds]);
    return rows.map(sessionOf);
  }

  async touch(sessionId: SessionId, { knownUse, lastUsedAt, expiresAt }: SessionUse): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const touched = await transaction.query(
        `UPDATE session.sessions SET last_used_at = $3, expires_at = $4
          WHERE session_id = $1 AND last_used_at = $2
         RETURNING session_id`,
        [sessionId, knownUse, lastUsedAt, endColumn(expiresAt)],
      );
      if (touched.length > 0) transaction.invalidate(sessionKey(sessionId));
    });
  }

  async listLive(userId: UserId, now: Date): Promise<StoredSession[]> {
    const rows = await this.#database.query<SessionRow>(
      `${selectSession}
        WHERE user_id = $1 AND expires_at > $2 AND absolute_expires_at > $2
        ORDER BY sessions.created_at DESC, session_id`,
      [userId, now],
    );
    return rows.map(sessionOf);
  }

  async revoke(
    userId: UserId,
    sessionId: SessionId,
    eventOf: (sessionId: SessionId) => NewAuditEvent,
  ): Promise<boolean> {
    return this.#database.transaction(
      async (transaction) => {
        await lockUser(transaction, userId);
        const revoked = await transaction.query<{ session_id: SessionId }>(
          `DELETE FROM session.sessions WHERE user_id = $1 AND (session_id = $2 OR $2 = ANY (made_from))
           RETURNING session_id`,
          [userId, sessionId],
        );
        for (const row of revoked) transaction.emit(auditMessage(eventOf(row.session_id)));
        // Also when it is gone already: who ended it may still be waiting until no reader sees it.
        transaction.invalidate(sessionKey(sessionId), ...revoked.map((row) => sessionKey(row.session_id)));
        return revoked.length > 0;
      },
      { waitOutTrust: true },
    );
  }

  async revokeAll(userId: UserId, eventOf: (sessionId: SessionId) => NewAuditEvent): Promise<number> {
    return this.#database.transaction(
      async (transaction) => {
        await lockUser(transaction, userId);
        const revoked = await transaction.query<{ session_id: SessionId }>(
          'DELETE FROM session.sessions WHERE user_id = $1 RETURNING session_id',
          [userId],
        );
        for (const row of revoked) transaction.emit(auditMessage(eventOf(row.session_id)));
        transaction.invalidate(...revoked.map((row) => sessionKey(row.session_id)));
        return revoked.length;
      },
      { waitOutTrust: true },
    );
  }

  async sweepExpired(now: Date, limit: number): Promise<number> {
    return this.#database.transaction(async (transaction) => {
      const swept = await transaction.query<{ session_id: string }>(
        `DELETE FROM session.sessions
          WHERE session_id = ANY (ARRAY (SELECT session_id FROM session.sessions
                                          WHERE expires_at < $1 OR absolute_expires_at < $1
                                          LIMIT $2 FOR UPDATE SKIP LOCKED))
         RETURNING session_id`,
        [now, limit],
      );
      transaction.invalidate(...swept.map((row) => sessionKey(row.session_id)));
      return swept.length;
    });
  }
}

/**
 * Waits for changes of the user and of their sessions that are under way: all of them take this lock, so that each sees
 * what was done before it.
 */
async function lockUser(transaction: Transaction, userId: UserId): Promise<LockedUser | undefined> {
  const [user] = await transaction.query<LockedUser>(
    'SELECT role, disabled, password_hash FROM session.users WHERE user_id = $1 FOR NO KEY UPDATE',
    [userId],
  );
  return user;
}

/**
 * @returns the sessions that it is made from, its maker last; of the maker's own only those that there still are, which
 *   bounds them by the number of sessions that a user has
 * @throws {SessionError} invalid_credentials or invalid_session unless what the session rests on still holds
 */
async function requireOrigin(transaction: Transaction, session: Session, origin: SessionOrigin): Promise<SessionId[]> {
  const user = await lockUser(transaction, session.userId);
  const isAsVerified = !('passwordHash' in origin) || user?.password_hash === origin.passwordHash;
  if (!user || user.disabled || user.role !== session.role || !isAsVerified) {
    throw new SessionError('invalid_credentials', 'This account has been changed. Log in again.');
  }
  if (!('sessionId' in origin)) return [];
  const [own] = await transaction.query<{ makers: SessionId[] }>(
    `SELECT ARRAY (SELECT session_id FROM session.sessions AS maker
                    WHERE maker.user_id = own.user_id AND maker.session_id = ANY (own.made_from)) AS makers
       FROM session.sessions AS own WHERE session_id = $1 AND user_id = $2 AND permissions @> $3::text[]`,
    [origin.sessionId, session.userId, session.permissions],
  );
  if (!own) throw new SessionError('invalid_session', 'The session has ended. Log in again.');
  return [...own.makers, origin.sessionId];
}

function sessionOf(row: SessionRow): StoredSession {
  const [expiresAt, absoluteExpiresAt] = [endOf(row.expires_at), endOf(row.absolute_expires_at)];
  return {
    sessionId: row.session_id,
    userId: row.user_id,
    role: row.role,
    secretHash: row.secret_hash.toString('hex'),
    ...(row.document_id === null ? {} : { documentId: row.document_id }),
    permissions: row.permissions,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(absoluteExpiresAt === undefined ? {} : { absoluteExpiresAt }),
  };
}
