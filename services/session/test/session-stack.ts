import { createHash, randomBytes } from 'node:crypto';
import { serviceAuthorization } from '@contract-reviewer/platform/auth/service-tokens';
import { type CallSettings, createClient, type GrpcClient } from '@contract-reviewer/platform/grpc/client';
import { createLogger } from '@contract-reviewer/platform/log';
import { newAssertionSettings } from '@contract-reviewer/platform/testing/assertion-settings';
import { createTestDatabase, type TestDatabase } from '@contract-reviewer/platform/testing/test-database';
import { startRedis, type TestRedis } from '@contract-reviewer/platform/testing/test-redis';
import { SessionServiceService, type User } from '@contract-reviewer/proto/session/v1/session';
import { storeAccess } from '../../../tools/stack/store-access.ts';
import { buildApp } from '../src/app.ts';
import { configFrom } from '../src/config.ts';
import { migrateSchema } from '../src/schema.ts';

export const silentLogger = createLogger({ service: 'session test', level: process.env.TEST_LOG_LEVEL ?? 'silent' });

/** A migrated database of this service's own. */
export function createSessionDatabase() {
  return createTestDatabase({
    role: storeAccess.session.postgres,
    migrations: new URL('../migrations/', import.meta.url),
    migrate: (url) => migrateSchema(url, silentLogger),
  });
}

export function startSessionRedis() {
  return startRedis([storeAccess.session.redis]);
}

/** A secret as services have it. */
function newServiceToken(): string {
  return randomBytes(32).toString('base64url');
}

/** A private key as the audit log is signed with. */
export const newAuditKey = newServiceToken;

export const admin = { email: 'admin@localhost', password: 'correct horse battery staple' };

export type SessionClient = GrpcClient<typeof SessionServiceService>;

export interface SessionServiceStack extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly redis: TestRedis;
  readonly client: SessionClient;
  /** Calls as the document service. */
  readonly asService: CallSettings;
  /** Calls of somebody at that IP address, as the gateway makes them. */
  from(clientAddress: string): CallSettings;
  /** Calls as the administrator. */
  readonly asAdmin: CallSettings;
  /** A new user, and calls as that user in a full session. */
  openUser(role?: string): Promise<{ user: User; password: string; token: string; asUser: CallSettings }>;
}

/** Calls with that token. */
export function bearer(token: string): CallSettings {
  return { authorization: `Bearer ${token}` };
}

/** The whole service over real stores, with one administrator. */
export async function startSessionService(settings: Record<string, string> = {}): Promise<SessionServiceStack> {
  await using stack = new AsyncDisposableStack();
  const tokens = { document: newServiceToken(), gateway: newServiceToken() };
  const database = stack.use(await createSessionDatabase());
  const redis = stack.use(await startSessionRedis());
  const assertions = newAssertionSettings();
  const env = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url(storeAccess.session.redis.name),
    GRPC_PORT: '0',
    SERVICE_TOKEN: newServiceToken(),
    ...assertions.signing,
    ...assertions.all,
    AUDIT_KEY: newAuditKey(),
    TRUSTED_SERVICES: Object.entries(tokens)
      .map(([name, token]) => `${name}=${createHash('sha256').update(token).digest('hex')}`)
      .join(','),
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
    ...settings,
  };
  const app = stack.use(buildApp(configFrom(env), silentLogger));
  const client = stack.use(createClient(SessionServiceService, { address: `127.0.0.1:${await app.start()}` }));
  const asAdmin = bearer((await client.login(admin)).token);
  const acquired = stack.move();
  let users = 0;
  return {
    database,
    redis,
    client,
    asService: { authorization: serviceAuthorization('document', tokens.document) },
    from: (clientAddress) => ({ authorization: serviceAuthorization('gateway', tokens.gateway), clientAddress }),
    asAdmin,
    openUser: async (role = 'user') => {
      users += 1;
      const email = `user${users}@example.test`;
      const password = `the password of ${email}`;
      const { user } = await client.createUser({ email, password, role }, asAdmin);
      const { token } = await client.login({ email, password });
      return { user: user as User, password, token, asUser: bearer(token) };
    },
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}
