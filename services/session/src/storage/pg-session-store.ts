import { auditMessage, type NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import { systemClock } from '@contract-reviewer/platform/clock';
import { CollectedReads } from '@contract-reviewer/platform/pg/collected-reads';
import type { Database, Transaction } from '@contract-reviewer/platform/pg/database';
import { currentTraceparent } from '@contract-reviewer/platform/telemetry/trace-context';
import { type Leased, leasedFrom } from '@contract-reviewer/platform/trust-period';
import type { Permission, SessionId, StoredSession } from '../domain/session.ts';
import type { AccountRole, UserId } from '../domain/user.ts';
import { sessionKey } from './cache-keys.ts';
import { SessionCreations } from './session-creations.ts';
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

const selectSession = `
  SELECT session_id, user_id, role, secret_hash, document_id, permissions, sessions.created_at, last_used_at, expires_at,
         absolute_expires_at
    FROM session.sessions JOIN session.users USING (user_id)`;

export class PgSessionStore implements SessionStore {
  readonly #database: Database;
  readonly #creations: SessionCreations;
  readonly #reads = new CollectedReads<SessionId, StoredSession>(async (sessionIds) => {
    const sessions = await this.getMany(sessionIds);
    return new Map(sessions.map((session) => [session.sessionId, session]));
  });

  constructor(database: Database) {
    this.#database = database;
    this.#creations = new SessionCreations(database);
  }

  create(session: StoredSession, origin: SessionOrigin, event: NewAuditEvent): Promise<void> {
    return this.#creations.create({
      session,
      origin,
      message: { ...auditMessage(event), traceparent: currentTraceparent() },
    });
  }

  get(sessionId: SessionId): Promise<StoredSession | undefined> {
    return this.#reads.read(sessionId);
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

/** Waits for changes of the user and of their sessions that are under way, as `SessionCreations` does. */
async function lockUser(transaction: Transaction, userId: UserId): Promise<void> {
  await transaction.query('SELECT FROM session.users WHERE user_id = $1 FOR NO KEY UPDATE', [userId]);
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
