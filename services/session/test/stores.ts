import { randomUUID } from 'node:crypto';
import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import { AuditSigner } from '@contract-reviewer/platform/audit/audit-keys';
import { type CoherentCache, createCoherentCache } from '@contract-reviewer/platform/cache/coherent-cache';
import { Database } from '@contract-reviewer/platform/pg/database';
import { vi } from 'vitest';
import { storeAccess } from '../../../tools/stack/store-access.ts';
import type { AuditEvent } from '../src/domain/audit-event.ts';
import type { SessionId, StoredSession } from '../src/domain/session.ts';
import type { UserId, UserWithPassword } from '../src/domain/user.ts';
import { schema } from '../src/schema.ts';
import type { AuditStore } from '../src/storage/audit-store.ts';
import { CachedSessionStore } from '../src/storage/cached-session-store.ts';
import { PgAuditStore } from '../src/storage/pg-audit-store.ts';
import { PgSessionStore } from '../src/storage/pg-session-store.ts';
import { PgUserStore } from '../src/storage/pg-user-store.ts';
import type { SessionStore } from '../src/storage/session-store.ts';
import type { UserStore } from '../src/storage/user-store.ts';
import { createSessionDatabase, newAuditKey, silentLogger, startSessionRedis } from './session-stack.ts';

/** The stores of one process. */
export interface Stores extends AsyncDisposable {
  sessions: SessionStore;
  users: UserStore;
  audit: AuditStore;
  /** Types of the events of a user that wait to be delivered to the audit log. */
  emitted(userId: string): Promise<string[]>;
}

/** Every way in which the service can keep its sessions. */
export const ways = {
  PostgreSQL: () => openStores(),
  'Redis before PostgreSQL': () => openStores({ redis: 'running' }),
  'Redis before PostgreSQL, stopped': () => openStores({ redis: 'stopped' }),
} satisfies Record<string, () => Promise<Stores>>;

async function openStores(options: { redis?: 'running' | 'stopped' } = {}): Promise<Stores> {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await createSessionDatabase());
  const database = stack.use(new Database({ url, applicationName: 'stores', schema, logger: silentLogger }));
  let sessions: SessionStore = new PgSessionStore(database);
  if (options.redis) {
    const redis = stack.use(await startSessionRedis());
    const redisUrl = redis.url(storeAccess.session.redis.name);
    const cache = stack.use(createCoherentCache({ redisUrl, database, schema, logger: silentLogger }) as CoherentCache);
    cache.start();
    sessions = new CachedSessionStore(sessions, cache);
    const isTrusted = async () => {
      await sessions.get('none' as SessionId);
      return cache.statistics().trusted;
    };
    await vi.waitUntil(isTrusted, { timeout: 10_000 });
    if (options.redis === 'stopped') await redis.stop();
  }
  const acquired = stack.move();
  return {
    sessions,
    users: new PgUserStore(database),
    audit: new PgAuditStore(database, AuditSigner.fromSeeds(newAuditKey())[0]),
    emitted: async (userId) => {
      const rows = await database.query<{ type: string }>(
        "SELECT payload->>'type' AS type FROM session.outbox WHERE payload->>'userId' = $1 ORDER BY created_at",
        [userId],
      );
      return rows.map(({ type }) => type);
    },
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

export const noon = new Date('2026-01-01T12:00:00.123Z');
export const passwordHash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA';

export function minutesAfter(moment: Date, minutes: number): Date {
  return new Date(moment.getTime() + minutes * 60_000);
}

export function newUser(change: Partial<UserWithPassword> = {}): UserWithPassword {
  const userId = randomUUID() as string as UserId;
  return {
    userId,
    email: `${userId}@example.test`,
    role: 'user',
    disabled: false,
    createdAt: noon,
    updatedAt: noon,
    passwordHash,
    ...change,
  };
}

export function newSession(user: UserWithPassword, change: Partial<StoredSession> = {}): StoredSession {
  return {
    sessionId: randomUUID() as string as SessionId,
    userId: user.userId,
    role: user.role,
    permissions: ['read', 'analyze', 'write', 'share'],
    createdAt: noon,
    lastUsedAt: noon,
    expiresAt: minutesAfter(noon, 60),
    absoluteExpiresAt: minutesAfter(noon, 1440),
    secretHash: 'ab'.repeat(32),
    ...change,
  };
}

export function newEvent(change: Partial<NewAuditEvent> = {}): NewAuditEvent {
  return { type: 'session_created', service: 'session', ...change };
}

/** An event as it comes to the log. */
export function deliveredEvent(change: Partial<AuditEvent> = {}): AuditEvent {
  return {
    eventId: randomUUID(),
    type: 'tested',
    occurredAt: noon,
    service: 'session',
    outcome: 'allowed',
    details: {},
    ...change,
  };
}
