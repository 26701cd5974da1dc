import { CollectedWrites } from '@contract-reviewer/platform/pg/collected-writes';
import type { Database, OutboxMessage, Transaction } from '@contract-reviewer/platform/pg/database';
import { SessionError } from '../domain/errors.ts';
import { type Permission, permissionsOf, type SessionId, type StoredSession } from '../domain/session.ts';
import type { AccountRole, UserId } from '../domain/user.ts';
import { sessionKey } from './cache-keys.ts';
import { endColumn } from './session-end.ts';
import type { SessionOrigin } from './session-store.ts';

/** A session that somebody wants, and what it rests on. */
export interface SessionCreation {
  session: StoredSession;
  origin: SessionOrigin;
  /** Its audit event. */
  message: OutboxMessage;
}

interface LockedUser {
  user_id: UserId;
  role: AccountRole;
  disabled: boolean;
  password_hash: string | null;
}

interface Maker {
  session_id: SessionId;
  user_id: UserId;
  permissions: Permission[];
  /** Those that it was itself made from, as far as there still are any. */
  makers: SessionId[];
}

const sessionsPerUser = 200;

/** What came of a creation. It is busy while its user is being changed, and is not begun then. */
type Outcome = 'made' | 'busy' | SessionError;

/** Makes sessions, those of all users that are wanted at the same time in one transaction. */
export class SessionCreations {
  readonly #database: Database;
  readonly #together = new CollectedWrites<SessionCreation, Outcome>((creations) =>
    this.#create(creations, 'SKIP LOCKED'),
  );

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws {SessionError} invalid_credentials or invalid_session unless what the session rests on still holds */
  async create(creation: SessionCreation): Promise<void> {
    let outcome = await this.#together.write(creation);
    // Nobody else is to wait with it.
    if (outcome === 'busy') [outcome = 'made'] = await this.#create([creation], '');
    if (outcome instanceof SessionError) throw outcome;
  }

  /** @param busy what to do about users that are being changed */
  #create(creations: readonly SessionCreation[], busy: 'SKIP LOCKED' | ''): Promise<readonly Outcome[]> {
    return this.#database.transaction(async (transaction) => {
      // The server sees to one after the other, so that what makers there are is seen once the users are locked.
      const [users, makers] = await Promise.all([
        lockUsers(transaction, creations, busy),
        makersOf(transaction, creations),
      ]);
      const outcomes = creations.map((creation): Outcome => {
        const user = users.get(creation.session.userId);
        if (!user && busy === 'SKIP LOCKED') return 'busy';
        return refusalOf(creation, user, makers) ?? 'made';
      });
      const allowed = creations.filter((_, index) => outcomes[index] === 'made');
      if (allowed.length > 0) await insert(transaction, allowed, makers);
      return outcomes;
    });
  }
}

/**
 * Waits for changes of the users and of their sessions that are under way, or passes over those users: all changes take
 * this lock, so that each sees what was done before it.
 */
async function lockUsers(
  transaction: Transaction,
  creations: readonly SessionCreation[],
  busy: 'SKIP LOCKED' | '',
): Promise<ReadonlyMap<UserId, LockedUser>> {
  const users = await transaction.query<LockedUser>(
    `SELECT user_id, role, disabled, password_hash FROM session.users WHERE user_id = ANY ($1)
        FOR NO KEY UPDATE ${busy}`,
    [[...new Set(creations.map(({ session }) => session.userId))]],
  );
  return new Map(users.map((user) => [user.user_id, user]));
}

/** The sessions that others are to be made from; their own makers are bounded by the number of sessions that a user has. */
async function makersOf(
  transaction: Transaction,
  creations: readonly SessionCreation[],
): Promise<ReadonlyMap<SessionId, Maker>> {
  const wanted = creations.flatMap(({ origin }) => ('sessionId' in origin ? [origin.sessionId] : []));
  if (wanted.length === 0) return new Map();
  const makers = await transaction.query<Maker>(
    `SELECT session_id, user_id, permissions,
            ARRAY (SELECT maker.session_id
                     FROM unnest(own.made_from) AS made (session_id) JOIN session.sessions AS maker USING (session_id)
                    WHERE maker.user_id = own.user_id) AS makers
       FROM session.sessions AS own WHERE session_id = ANY ($1)`,
    [[...new Set(wanted)]],
  );
  return new Map(makers.map((maker) => [maker.session_id, maker]));
}

function refusalOf(
  { session, origin }: SessionCreation,
  user: LockedUser | undefined,
  makers: ReadonlyMap<SessionId, Maker>,
): SessionError | undefined {
  const isAsVerified = !('passwordHash' in origin) || user?.password_hash === origin.passwordHash;
  if (!user || user.disabled || user.role !== session.role || !isAsVerified) {
    return new SessionError('invalid_credentials', 'This account has been changed. Log in again.');
  }
  if (!('sessionId' in origin)) return undefined;
  const own = makers.get(origin.sessionId);
  const mayPassOn = session.permissions.every((permission) => own?.permissions.includes(permission));
  if (own?.user_id === session.userId && mayPassOn) return undefined;
  return new SessionError('invalid_session', 'The session has ended. Log in again.');
}

/** Also removes what is too much then: of the sessions that were there before, for it sees none that is made with it. */
async function insert(
  transaction: Transaction,
  creations: readonly SessionCreation[],
  makers: ReadonlyMap<SessionId, Maker>,
): Promise<void> {
  const superfluous = await transaction.query<{ session_id: string }>(
    `WITH wanted AS (
       SELECT *
         FROM jsonb_to_recordset($1::jsonb)
              AS wanted (session_id text, user_id text, secret_hash text, document_id text, permissions text[],
                         created_at timestamptz, last_used_at timestamptz, expires_at timestamptz,
                         absolute_expires_at timestamptz, made_from text[])
     ), created AS (
       INSERT INTO session.sessions
         (session_id, user_id, secret_hash, document_id, permissions, created_at, last_used_at, expires_at,
          absolute_expires_at, made_from)
       SELECT session_id, user_id, decode(secret_hash, 'hex'), document_id, permissions, created_at, last_used_at,
              expires_at, absolute_expires_at, made_from
         FROM wanted)
     DELETE FROM session.sessions
      WHERE session_id = ANY (ARRAY (
              SELECT superfluous.session_id
                FROM (SELECT user_id, count(*) AS count FROM wanted GROUP BY user_id) AS maker,
                     LATERAL (SELECT session_id FROM session.sessions WHERE user_id = maker.user_id
                               ORDER BY document_id IS NOT NULL OR NOT permissions @> $2::text[] DESC, created_at,
                                        session_id DESC
                               LIMIT greatest(0, maker.count - $3 + (
                                 SELECT count(*) FROM session.sessions WHERE user_id = maker.user_id))) AS superfluous))
     RETURNING session_id`,
    [JSON.stringify(creations.map((creation) => columnsOf(creation, makers))), permissionsOf('user'), sessionsPerUser],
  );
  for (const { message } of creations) transaction.emit(message);
  // Those that are new make nothing stale, for nobody keeps that there is no such session.
  transaction.invalidate(...superfluous.map((row) => sessionKey(row.session_id)));
}

function columnsOf({ session, origin }: SessionCreation, makers: ReadonlyMap<SessionId, Maker>): object {
  return {
    session_id: session.sessionId,
    user_id: session.userId,
    secret_hash: session.secretHash,
    document_id: session.documentId ?? null,
    permissions: session.permissions,
    created_at: session.createdAt,
    last_used_at: session.lastUsedAt,
    expires_at: endColumn(session.expiresAt),
    absolute_expires_at: endColumn(session.absoluteExpiresAt),
    made_from: 'sessionId' in origin ? [...(makers.get(origin.sessionId)?.makers ?? []), origin.sessionId] : [],
  };
}
