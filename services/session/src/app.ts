import { randomUUID } from 'node:crypto';
import { TokenAuthenticator } from '@contract-reviewer/platform/auth/service-tokens';
import { createCacheObserver } from '@contract-reviewer/platform/cache/cache-observer';
import { createCoherentCache } from '@contract-reviewer/platform/cache/coherent-cache';
import { cacheHandlers } from '@contract-reviewer/platform/grpc/cache-handlers';
import { GrpcServer } from '@contract-reviewer/platform/grpc/server';
import type { App } from '@contract-reviewer/platform/lifecycle';
import type { Logger } from '@contract-reviewer/platform/log';
import { readBacklog } from '@contract-reviewer/platform/outbox/backlog';
import { Periodic } from '@contract-reviewer/platform/periodic';
import { Database } from '@contract-reviewer/platform/pg/database';
import { DatabaseReadiness, requireMigrated } from '@contract-reviewer/platform/pg/readiness';
import { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import { Accounts } from './accounts.ts';
import { AuditLog } from './audit-log.ts';
import { LocalSessions } from './authentication.ts';
import type { Config } from './config.ts';
import { translateError } from './grpc/errors.ts';
import { sessionHandlers } from './grpc/handlers.ts';
import { Argon2PasswordHasher } from './passwords/argon2-password-hasher.ts';
import { migrationsDirectory, schema } from './schema.ts';
import { SessionUses } from './session-uses.ts';
import { Sessions } from './sessions.ts';
import { CachedSessionStore } from './storage/cached-session-store.ts';
import { checkedFamilies } from './storage/checked-families.ts';
import { PgAuditStore } from './storage/pg-audit-store.ts';
import { PgSessionStore } from './storage/pg-session-store.ts';
import { PgUserStore } from './storage/pg-user-store.ts';

const sweepIntervalMs = 60_000;

/** Builds the service from the stores up; starts nothing. */
export function buildApp(config: Config, logger: Logger): App {
  const stack = new AsyncDisposableStack();

  const database = stack.use(
    new Database({
      url: config.DATABASE_URL,
      applicationName: 'session service',
      schema,
      logger,
      maxConnections: config.DATABASE_MAX_CONNECTIONS,
    }),
  );
  const cache = createCoherentCache({ redisUrl: config.REDIS_URL, database, schema, logger });
  if (cache) stack.use(cache);

  const pgSessions = new PgSessionStore(database);
  const sessionStore = cache ? new CachedSessionStore(pgSessions, cache) : pgSessions;
  const auditStore = new PgAuditStore(database);
  const observer = createCacheObserver({
    cache,
    redisUrl: config.REDIS_URL,
    database,
    schema,
    families: checkedFamilies(pgSessions),
    logger,
  });
  if (observer) stack.use(observer);

  const sessions = new Sessions(sessionStore, stack.use(new SessionUses(sessionStore, logger)), {
    idleMs: config.SESSION_IDLE_SECONDS * 1000,
    absoluteMs: config.SESSION_ABSOLUTE_SECONDS * 1000,
  });
  const accounts = new Accounts(new PgUserStore(database), auditStore, sessions, new Argon2PasswordHasher());
  const auditLog = new AuditLog(auditStore);

  const sweep = stack.use(
    new Periodic({ name: 'sweep expired sessions', intervalMs: sweepIntervalMs, logger }, () =>
      sessions.sweepExpired(),
    ),
  );
  const server = stack.use(
    new GrpcServer({
      host: config.GRPC_HOST,
      port: config.GRPC_PORT,
      logger,
      authenticator: new TokenAuthenticator(config.TRUSTED_SERVICES, new LocalSessions(sessions)),
      translateError,
      health: new DatabaseReadiness(database),
    }),
  );
  const cacheMethods = cacheHandlers({
    service: 'session',
    observer,
    backlog: () => readBacklog(database, schema),
    audit: (event) => auditLog.record([{ ...event, eventId: randomUUID(), occurredAt: new Date() }]),
  });
  server.register(
    SessionServiceService,
    { ...sessionHandlers({ accounts, sessions, auditLog }), ...cacheMethods },
    { anonymous: ['login'] },
  );

  return {
    async start() {
      await requireMigrated(database, schema, migrationsDirectory);
      cache?.start();
      observer?.start();
      if (config.ADMIN_EMAIL && config.ADMIN_PASSWORD) {
        const isNew = await accounts.ensureAdministrator(config.ADMIN_EMAIL, config.ADMIN_PASSWORD);
        if (isNew) logger.info('made the first administrator');
      }
      sweep.start();
      return server.listen();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
