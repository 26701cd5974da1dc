import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { Cache, CoherentCache } from '@contract-reviewer/platform/cache/coherent-cache';
import type { Leased } from '@contract-reviewer/platform/trust-period';
import type { SessionId, StoredSession } from '../domain/session.ts';
import type { UserId } from '../domain/user.ts';
import { sessionKey, sessionTtlMs } from './cache-keys.ts';
import { sessionCodec } from './session-codec.ts';
import type { SessionOrigin, SessionStore, SessionUse } from './session-store.ts';

/** Serves sessions from Redis. Writes go to the store below, whose transactions invalidate; then the entry is refilled. */
export class CachedSessionStore implements SessionStore {
  readonly #store: SessionStore;
  readonly #sessions: Cache<StoredSession>;

  constructor(store: SessionStore, cache: CoherentCache) {
    this.#store = store;
    this.#sessions = cache.family({
      name: 'session',
      ttlMs: sessionTtlMs,
      codec: sessionCodec,
      // So that a session that is made makes nothing stale: it need not be announced, and nobody waits for Redis to log in.
      cacheable: (session) => session !== undefined,
    });
  }

  async create(session: StoredSession, origin: SessionOrigin, event: NewAuditEvent): Promise<void> {
    await this.#store.create(session, origin, event);
    this.#refill(session.sessionId);
  }

  get(sessionId: SessionId): Promise<StoredSession | undefined> {
    return this.#sessions.read(sessionKey(sessionId), () => this.#store.get(sessionId));
  }

  getLeased(sessionId: SessionId): Promise<Leased<StoredSession | undefined>> {
    return this.#sessions.readLeased(sessionKey(sessionId), () => this.#store.get(sessionId));
  }

  /** The refill begins the hour of the entry anew, so that an entry lives as long as its session is used. */
  async touch(sessionId: SessionId, use: SessionUse): Promise<void> {
    await this.#store.touch(sessionId, use);
    this.#refill(sessionId);
  }

  listLive(userId: UserId, now: Date): Promise<StoredSession[]> {
    return this.#store.listLive(userId, now);
  }

  revoke(userId: UserId, sessionId: SessionId, eventOf: (sessionId: SessionId) => NewAuditEvent): Promise<boolean> {
    return this.#store.revoke(userId, sessionId, eventOf);
  }

  revokeAll(userId: UserId, eventOf: (sessionId: SessionId) => NewAuditEvent): Promise<number> {
    return this.#store.revokeAll(userId, eventOf);
  }

  sweepExpired(now: Date, limit: number): Promise<number> {
    return this.#store.sweepExpired(now, limit);
  }

  #refill(sessionId: SessionId): void {
    this.#sessions.refill(sessionKey(sessionId), () => this.#store.get(sessionId));
  }
}
