import { randomUUID } from 'node:crypto';
import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import { systemClock } from '@contract-reviewer/platform/clock';
import { requirePerson } from './administrators.ts';
import { SessionError } from './domain/errors.ts';
import {
  isLive,
  isNarrowed,
  type Permission,
  permissions,
  permissionsOf,
  type Session,
  type SessionId,
  type StoredSession,
} from './domain/session.ts';
import type { UserId, UserWithPassword } from './domain/user.ts';
import type { SessionUses } from './session-uses.ts';
import type { SessionOrigin, SessionStore } from './storage/session-store.ts';
import { formatToken, hashSecret, isSecretOf, newSecret, parseToken } from './tokens.ts';

export interface SessionLifetimes {
  /** A session that is not used for this long ends. */
  idleMs: number;
  /** A session ends after this, however much it is used. */
  absoluteMs: number;
}

export interface OpenedSession {
  session: Session;
  /** Told here and never again. */
  token: string;
}

/** A session that lives. */
export interface CheckedSession {
  session: Session;
  /** How long this may be relied upon, in ms from when it was asked for. */
  validForMs: number;
}

/** A narrower session than the caller's own. */
export interface Narrowing {
  documentId?: string;
  /** Empty for all that the caller's session may do. */
  permissions: readonly Permission[];
}

/** A use is recorded at most this often, or ten times in the life of a short session. */
const touchIntervalMs = 60_000;
const sweepLimit = 1000;

/** Sessions: opening, checking, narrowing, ending. */
export class Sessions {
  readonly #store: SessionStore;
  readonly #uses: SessionUses;
  readonly #lifetimes: SessionLifetimes;

  constructor(store: SessionStore, uses: SessionUses, lifetimes: SessionLifetimes) {
    this.#store = store;
    this.#uses = uses;
    this.#lifetimes = lifetimes;
  }

  /**
   * Opens a session in which the user may do all that their role allows.
   *
   * @param user whose password has been verified
   * @throws {SessionError} invalid_credentials if the user has been changed since
   */
  openFull(user: UserWithPassword): Promise<OpenedSession> {
    const absoluteExpiresAt = new Date(Date.now() + this.#lifetimes.absoluteMs);
    const scope = { permissions: permissionsOf(user.role), absoluteExpiresAt };
    return this.#open(user, scope, { passwordHash: user.passwordHash });
  }

  /**
   * Opens a further session for the caller. It never may more than the one it is made from, ends when that would at the
   * latest, and is revoked with it; but it is a session of its own, which goes on when its maker is not used any more.
   *
   * @throws {SessionError} not_a_person, wider_than_own_session; invalid_session if the caller's own has ended meanwhile
   */
  async openNarrowed(own: Session, narrowing: Narrowing): Promise<OpenedSession> {
    requirePerson(own);
    const documentId = narrowing.documentId ?? own.documentId;
    const wanted = narrowing.permissions.length === 0 ? own.permissions : narrowing.permissions;
    const wider = wanted.filter((permission) => !own.permissions.includes(permission));
    if (wider.length > 0 || (own.documentId !== undefined && documentId !== own.documentId)) {
      throw new SessionError(
        'wider_than_own_session',
        wider.length > 0
          ? `Your own session may not ${wider.join(', ')}, so it cannot pass that on.`
          : 'Your own session is narrowed to another document.',
      );
    }
    const scope = {
      ...(documentId === undefined ? {} : { documentId }),
      permissions: permissions.filter((permission) => wanted.includes(permission)),
      ...(own.absoluteExpiresAt && { absoluteExpiresAt: own.absoluteExpiresAt }),
    };
    return this.#open(own, scope, { sessionId: own.sessionId });
  }

  /**
   * The live session that a token belongs to. Counts as a use of it.
   *
   * @throws {SessionError} invalid_session
   */
  async authenticate(token: string): Promise<CheckedSession> {
    const parsed = parseToken(token);
    if (!parsed) throw invalidSession();
    return this.#check(parsed.sessionId, ({ secretHash }) => isSecretOf(secretHash, parsed.secret));
  }

  /** The live session of that id. Counts as a use of it. @throws {SessionError} invalid_session */
  check(sessionId: SessionId): Promise<CheckedSession> {
    return this.#check(sessionId, () => true);
  }

  /** The caller's own session, which they have just been authenticated by. @throws {SessionError} invalid_session */
  async getOwn(sessionId: SessionId): Promise<Session> {
    const session = await this.#store.get(sessionId);
    if (!session) throw new SessionError('invalid_session', 'The session has ended. Log in again.');
    return session;
  }

  /**
   * @param own the caller's, as it was read for this call
   * @throws {SessionError} session_not_found unless it is a live session of the caller's that they may see
   */
  async get(own: Session, sessionId: SessionId): Promise<Session> {
    const session = sessionId === own.sessionId ? own : await this.#store.get(sessionId);
    const isVisible = session?.userId === own.userId && (!isNarrowed(own) || sessionId === own.sessionId);
    if (!session || !isVisible || !isLive(session, new Date())) throw sessionNotFound();
    return session;
  }

  /** The caller's live sessions, newest first. A narrowed session sees only itself. */
  async list(own: Session): Promise<Session[]> {
    const sessions = await this.#store.listLive(own.userId, new Date());
    return isNarrowed(own) ? sessions.filter(({ sessionId }) => sessionId === own.sessionId) : sessions;
  }

  /**
   * Ends a session of the caller's, and all that were made from it.
   *
   * @throws {SessionError} not_a_person; session_not_found unless there is one that the caller may end
   */
  async revoke(own: Session, sessionId: SessionId): Promise<void> {
    requirePerson(own);
    if (isNarrowed(own) && sessionId !== own.sessionId) throw sessionNotFound();
    const existed = await this.#store.revoke(own.userId, sessionId, (ended) =>
      sessionEvent('session_revoked', { ...own, sessionId: ended }),
    );
    if (!existed) throw sessionNotFound();
  }

  /** Ends all sessions of the caller. @returns how many there were @throws {SessionError} not_a_person, session_is_narrowed */
  async revokeAll(own: Session): Promise<number> {
    requirePerson(own);
    if (isNarrowed(own)) throw new SessionError('session_is_narrowed', 'A narrowed session can only end itself.');
    return this.#store.revokeAll(own.userId, (sessionId) =>
      sessionEvent('session_revoked', { userId: own.userId, sessionId }),
    );
  }

  /** Removes sessions that have expired. @returns how many */
  sweepExpired(): Promise<number> {
    return this.#store.sweepExpired(new Date(), sweepLimit);
  }

  async #open(
    user: Pick<Session, 'userId' | 'role'>,
    scope: Pick<Session, 'documentId' | 'permissions' | 'absoluteExpiresAt'>,
    origin: SessionOrigin,
  ): Promise<OpenedSession> {
    const now = new Date();
    const secret = newSecret();
    const session: Session = {
      sessionId: randomUUID() as string as SessionId,
      userId: user.userId,
      role: user.role,
      ...scope,
      createdAt: now,
      lastUsedAt: now,
      ...this.#endAfterUse(now, { ...user, ...scope }),
    };
    const stored = { ...session, secretHash: hashSecret(secret) };
    const via = 'passwordHash' in origin ? 'login' : 'session';
    const event = sessionEvent('session_created', session, { permissions: session.permissions, origin: via });
    await this.#store.create(stored, origin, event);
    return { session, token: formatToken(session.sessionId, secret) };
  }

  async #check(sessionId: SessionId, isProved: (session: StoredSession) => boolean): Promise<CheckedSession> {
    const { value: session, until } = await this.#store.getLeased(sessionId);
    const now = new Date();
    if (!session || !isProved(session) || !isLive(session, now)) throw invalidSession();
    this.#recordUse(session, now);
    const end = Math.min(Number(session.expiresAt ?? Infinity), Number(session.absoluteExpiresAt ?? Infinity));
    // What others remember of a session is used without being recorded, which must not make it end early.
    const limits = [until - systemClock.now(), end - now.getTime(), this.#recordedUseMs()];
    return { session, validForMs: Math.max(0, Math.floor(Math.min(...limits))) };
  }

  #recordedUseMs(): number {
    return Math.min(touchIntervalMs, this.#lifetimes.idleMs / 10);
  }

  #recordUse(session: Session, now: Date): void {
    if (now.getTime() - session.lastUsedAt.getTime() < this.#recordedUseMs()) return;
    const { expiresAt } = this.#endAfterUse(now, session);
    this.#uses.record(session, now, expiresAt);
  }

  /** When a session ends that is used now and never again. */
  #endAfterUse(
    now: Date,
    { role, absoluteExpiresAt }: Pick<Session, 'role' | 'absoluteExpiresAt'>,
  ): Pick<Session, 'expiresAt'> {
    if (role === 'service') return absoluteExpiresAt ? { expiresAt: absoluteExpiresAt } : {};
    const idleEnd = now.getTime() + this.#lifetimes.idleMs;
    return { expiresAt: new Date(Math.min(idleEnd, absoluteExpiresAt?.getTime() ?? Infinity)) };
  }
}

function invalidSession(): SessionError {
  return new SessionError('invalid_session', 'The session has ended or never was. Log in again.');
}

function sessionNotFound(): SessionError {
  return new SessionError('session_not_found', 'You have no live session of that id.');
}

function sessionEvent(
  type: 'session_created' | 'session_revoked',
  session: { userId: UserId; sessionId: SessionId; documentId?: string },
  details: Record<string, unknown> = {},
): NewAuditEvent {
  return {
    type,
    service: 'session',
    userId: session.userId,
    sessionId: session.sessionId,
    ...(session.documentId === undefined ? {} : { documentId: session.documentId }),
    details,
  };
}
