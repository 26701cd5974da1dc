import { Admission } from '@contract-reviewer/platform/admission/admission';
import { attempting, sweeping } from '@contract-reviewer/platform/admission/work';
import { localAuditTopic, outboxTrail } from '@contract-reviewer/platform/audit/audit-events';
import { RefusalRecorder, recordRefusals } from '@contract-reviewer/platform/audit/refusals';
import { AssertionSigner, AssertionVerifier } from '@contract-reviewer/platform/auth/assertions';
import { CallAuthenticator } from '@contract-reviewer/platform/auth/authenticator';
import { createCacheObserver } from '@contract-reviewer/platform/cache/cache-observer';
import { createCoherentCache } from '@contract-reviewer/platform/cache/coherent-cache';
import { cacheHandlers } from '@contract-reviewer/platform/grpc/cache-handlers';
import { transportFrom } from '@contract-reviewer/platform/grpc/credentials';
import { GrpcServer } from '@contract-reviewer/platform/grpc/server';
import type { App } from '@contract-reviewer/platform/lifecycle';
import type { Logger } from '@contract-reviewer/platform/log';
import { readBacklog } from '@contract-reviewer/platform/outbox/backlog';
import { Outbox } from '@contract-reviewer/platform/outbox/outbox';
import { Periodic } from '@contract-reviewer/platform/periodic';
import { Database } from '@contract-reviewer/platform/pg/database';
import { DatabaseReadiness, requireMigrated } from '@contract-reviewer/platform/pg/readiness';
import { admissionMetrics } from '@contract-reviewer/platform/telemetry/admission-metrics';
import { Metrics } from '@contract-reviewer/platform/telemetry/metrics';
import { MetricsServer } from '@contract-reviewer/platform/telemetry/metrics-server';
import { rpcMetrics } from '@contract-reviewer/platform/telemetry/rpc-metrics';
import { measureService } from '@contract-reviewer/platform/telemetry/service-metrics';
import { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import { Accounts } from './accounts.ts';
import { AuditExports } from './audit-exports.ts';
import { AuditHeads } from './audit-heads.ts';
import { AuditLog } from './audit-log.ts';
import { AuditRetention } from './audit-retention.ts';
import { Authentication } from './authentication.ts';
import type { Config } from './config.ts';
import { authenticationHandlers } from './grpc/authentication-handlers.ts';
import { translateError } from './grpc/errors.ts';
import { sessionHandlers } from './grpc/handlers.ts';
import { ownSession } from './grpc/own-session.ts';
import { serviceAccountHandlers } from './grpc/service-account-handlers.ts';
import { LocalSessions } from './local-sessions.ts';
import { Argon2PasswordHasher } from './passwords/argon2-password-hasher.ts';
import { PasswordAttempts } from './passwords/password-attempts.ts';
import { migrationsDirectory, schema } from './schema.ts';
import { ServiceAccounts } from './service-accounts.ts';
import { SessionUses } from './session-uses.ts';
import { Sessions } from './sessions.ts';
import { CachedSessionStore } from './storage/cached-session-store.ts';
import { checkedFamilies } from './storage/checked-families.ts';
import { PgAttemptBudgets } from './storage/pg-attempt-budgets.ts';
import { PgAuditHeadStore } from './storage/pg-audit-head-store.ts';
import { PgAuditStore } from './storage/pg-audit-store.ts';
import { PgFamiliarAddressStore } from './storage/pg-familiar-address-store.ts';
import { PgServiceAccountStore } from './storage/pg-service-account-store.ts';
import { PgSessionStore } from './storage/pg-session-store.ts';
import { PgUserStore } from './storage/pg-user-store.ts';

const sweepIntervalMs = 60_000;
/** While the release before this one runs beside it, its events are this long on their way into the log at most. */
const adoptIntervalMs = 10_000;

/** Builds the service from the stores up; starts nothing. */
export function buildApp(config: Config, logger: Logger): App {
  const stack = new AsyncDisposableStack();
  const transport = transportFrom(config, logger);
  const metrics = new Metrics(logger);

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
  const auditStore = new PgAuditStore(database, config.AUDIT_KEY[0]);
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
  const authentication = new Authentication(
    sessions,
    new AssertionSigner(config.ASSERTION_KEY),
    new AssertionVerifier(config.ASSERTION_PUBLIC_KEYS),
  );
  const trail = outboxTrail(database);
  const auditLog = new AuditLog(auditStore);
  const auditHeadStore = new PgAuditHeadStore(database);
  const auditHeads = new AuditHeads(auditStore, auditHeadStore, config.AUDIT_KEY, logger);
  const auditExports = new AuditExports(auditStore, auditHeadStore, auditHeads, trail);
  const auditRetention = new AuditRetention(auditStore, auditExports);
  const outbox = stack.use(
    new Outbox({ database, schema, topics: localAuditTopic((events) => auditLog.record(events)), logger }),
  );
  const refusals = stack.use(new RefusalRecorder(trail));
  const attempts = new PasswordAttempts(
    new PgAttemptBudgets(database),
    new PgFamiliarAddressStore(database),
    config.SERVICE_TOKEN,
  );
  const accounts = new Accounts(new PgUserStore(database), refusals, sessions, new Argon2PasswordHasher(), attempts);

  const sweep = stack.use(
    new Periodic({ name: 'sweep expired sessions', intervalMs: sweepIntervalMs, logger }, () =>
      sessions.sweepExpired(),
    ),
  );
  const forget = stack.use(
    new Periodic({ name: 'forget attempts at passwords', intervalMs: sweepIntervalMs, logger }, () => attempts.sweep()),
  );
  const audit = [
    new Periodic({ name: 'record suppressed refusals', intervalMs: refusals.windowMs, logger }, () =>
      refusals.closeWindow(),
    ),
    new Periodic({ name: 'sign the audit log', intervalMs: config.AUDIT_HEAD_SECONDS * 1000, logger }, () =>
      auditHeads.signIfGrown(),
    ),
    new Periodic({ name: 'adopt earlier audit events', intervalMs: adoptIntervalMs, logger }, () =>
      auditLog.adoptEarlierEvents(),
    ),
  ].map((task) => stack.use(task));
  measureService(metrics, { database, schema, outbox, observer });
  const admission = stack.use(new Admission({ service: 'session', settings: config, logger }));
  admissionMetrics(metrics, admission);
  const metricsServer = stack.use(new MetricsServer(metrics, config, logger));
  const server = stack.use(
    new GrpcServer({
      host: config.GRPC_HOST,
      port: config.GRPC_PORT,
      credentials: transport.server,
      logger,
      authenticator: new CallAuthenticator({
        service: 'session',
        trustedServices: config.TRUSTED_SERVICES,
        assertionKeys: config.ASSERTION_PUBLIC_KEYS,
        sessions: new LocalSessions(authentication, 'session'),
      }),
      translateError,
      admission,
      onServed: rpcMetrics(metrics),
      health: new DatabaseReadiness(database),
      onRefusal: recordRefusals(refusals, 'session'),
    }),
  );
  const cacheMethods = cacheHandlers({
    service: 'session',
    observer,
    backlog: () => readBacklog(database, schema),
    audit: (event) => trail.record(event),
  });
  server.register(
    SessionServiceService,
    {
      ...sessionHandlers({ accounts, sessions, auditLog, auditHeads, auditExports, auditRetention }),
      ...authenticationHandlers(authentication),
      ...serviceAccountHandlers(new ServiceAccounts(new PgServiceAccountStore(database)), ownSession(sessions)),
      ...cacheMethods,
    },
    {
      anonymous: ['login'],
      batched: ['createSession', 'getSession', 'listSessions'],
      work: {
        login: attempting,
        changePassword: attempting,
        verifyAuditLog: sweeping,
        exportAuditLog: sweeping,
        sealAuditLog: sweeping,
        checkConsistency: sweeping,
      },
    },
  );

  return {
    async start() {
      await requireMigrated(database, schema, migrationsDirectory);
      cache?.start();
      admission.start();
      observer?.start();
      await auditHeads.registerKeys();
      await auditLog.adoptEarlierEvents();
      outbox.start();
      if (config.ADMIN_EMAIL && config.ADMIN_PASSWORD) {
        const isNew = await accounts.ensureAdministrator(config.ADMIN_EMAIL, config.ADMIN_PASSWORD);
        if (isNew) logger.info('made the first administrator');
      }
      sweep.start();
      forget.start();
      for (const task of audit) task.start();
      await metricsServer.listen();
      return server.listen();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
