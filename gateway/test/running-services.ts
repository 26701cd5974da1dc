import { createHash, randomBytes } from 'node:crypto';
import { freePort } from '@contract-reviewer/platform/embedded/free-port';
import type { App } from '@contract-reviewer/platform/lifecycle';
import type { Logger } from '@contract-reviewer/platform/log';
import { newAssertionSettings } from '@contract-reviewer/platform/testing/assertion-settings';
import { temporaryDirectory } from '@contract-reviewer/platform/testing/temporary-directory';
import { createTestDatabase, type TestDatabase } from '@contract-reviewer/platform/testing/test-database';
import { startRedis, type TestRedis } from '@contract-reviewer/platform/testing/test-redis';
import { buildApp as buildAnalysis } from '../../services/analysis/src/app.ts';
import { configFrom as analysisConfig } from '../../services/analysis/src/config.ts';
import { migrateSchema as migrateAnalysis } from '../../services/analysis/src/schema.ts';
import { buildApp as buildDocument } from '../../services/document/src/app.ts';
import { configFrom as documentConfig } from '../../services/document/src/config.ts';
import { migrateSchema as migrateDocument } from '../../services/document/src/schema.ts';
import { buildApp as buildSession } from '../../services/session/src/app.ts';
import { configFrom as sessionConfig } from '../../services/session/src/config.ts';
import { migrateSchema as migrateSession } from '../../services/session/src/schema.ts';
import { storeAccess } from '../../tools/stack/store-access.ts';
import { type ServiceName, serviceNames } from '../src/services.ts';
import { captureLog, type LogLines } from './log-lines.ts';

/** The three services with stores of their own, as the gateway meets them. */
export interface RunningServices extends AsyncDisposable {
  addresses: Record<ServiceName, string>;
  /** With which the gateway calls them. */
  serviceToken: string;
  admin: { email: string; password: string };
  redis: TestRedis;
  databases: Record<ServiceName, TestDatabase>;
  /** Where the document service keeps the original files. */
  blobDirectory: string;
  /** What the services have logged. */
  log: LogLines['lines'];
  /** Stops a service for good. */
  stop(name: ServiceName): Promise<void>;
}

const migrations: Record<ServiceName, (url: string, logger: Logger) => Promise<void>> = {
  document: migrateDocument,
  analysis: migrateAnalysis,
  session: migrateSession,
};

/** @param settings of every service, besides those that it needs */
export async function startServices(settings: Record<string, string> = {}): Promise<RunningServices> {
  await using stack = new AsyncDisposableStack();
  const { logger, lines } = captureLog('services');
  const directory = stack.use(await temporaryDirectory());
  const redis = stack.use(await startRedis(serviceNames.map((name) => storeAccess[name].redis)));
  const admin = { email: 'admin@example.test', password: 'correct horse battery staple' };
  const ports = { document: await freePort(), analysis: await freePort(), session: await freePort() };
  const addresses = {
    document: `127.0.0.1:${ports.document}`,
    analysis: `127.0.0.1:${ports.analysis}`,
    session: `127.0.0.1:${ports.session}`,
  };
  const tokens = { document: newToken(), analysis: newToken(), session: newToken(), gateway: newToken() };

  const assertions = newAssertionSettings();
  const databases: Partial<Record<ServiceName, TestDatabase>> = {};
  const environment = async (name: ServiceName): Promise<NodeJS.ProcessEnv> => {
    const database = stack.use(
      await createTestDatabase({
        role: storeAccess[name].postgres,
        migrations: new URL(`../../services/${name}/migrations/`, import.meta.url),
        migrate: (url) => migrations[name](url, logger),
      }),
    );
    databases[name] = database;
    return {
      ...settings,
      DATABASE_URL: database.url,
      REDIS_URL: redis.url(name),
      GRPC_PORT: String(ports[name]),
      SERVICE_TOKEN: tokens[name],
      ...assertions.all,
      TRUSTED_SERVICES: Object.entries(tokens)
        .map(([other, token]) => `${other}=${sha256(token)}`)
        .join(','),
      DOCUMENT_SERVICE_ADDRESS: addresses.document,
      ANALYSIS_SERVICE_ADDRESS: addresses.analysis,
      SESSION_SERVICE_ADDRESS: addresses.session,
    };
  };

  const apps = new Map<ServiceName, App>();
  const start = async (name: ServiceName, app: App) => {
    apps.set(name, stack.use(app));
    await app.start();
  };
  const adminSettings = {
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
    AUDIT_KEY: newToken(),
    ...assertions.signing,
  };
  await start('session', buildSession(sessionConfig({ ...(await environment('session')), ...adminSettings }), logger));
  await start(
    'document',
    buildDocument(
      documentConfig({
        // Each reader is a process, and few tests keep even one of them busy.
        EXTRACTION_CONCURRENCY: '1',
        ...(await environment('document')),
        BLOB_DIR: directory.path,
      }),
      logger,
    ),
  );
  await start('analysis', buildAnalysis(analysisConfig(await environment('analysis')), logger));

  const acquired = stack.move();
  return {
    addresses,
    serviceToken: tokens.gateway,
    admin,
    redis,
    databases: databases as Record<ServiceName, TestDatabase>,
    blobDirectory: directory.path,
    log: lines,
    stop: async (name) => apps.get(name)?.[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
