import { createHash } from 'node:crypto';
import { serviceAuthorization } from '@contract-reviewer/platform/auth/service-tokens';
import { createClient } from '@contract-reviewer/platform/grpc/client';
import { startRedis } from '@contract-reviewer/platform/testing/test-redis';
import { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeAccess } from '../../../tools/stack/store-access.ts';
import { buildApp } from '../src/app.ts';
import { configFrom } from '../src/config.ts';
import { createSessionDatabase, newServiceToken, silentLogger } from './session-stack.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

const admin = { email: 'admin@example.test', password: 'correct horse battery staple' };
const documentToken = newServiceToken();
let client: ReturnType<typeof createClient<typeof SessionServiceService>>;

beforeAll(async () => {
  const database = stack.use(await createSessionDatabase());
  const redis = stack.use(await startRedis([storeAccess.session.redis]));
  const app = stack.use(
    buildApp(
      configFrom({
        DATABASE_URL: database.url,
        REDIS_URL: redis.url('session'),
        GRPC_PORT: '0',
        SERVICE_TOKEN: newServiceToken(),
        TRUSTED_SERVICES: `document=${createHash('sha256').update(documentToken).digest('hex')}`,
        ADMIN_EMAIL: admin.email,
        ADMIN_PASSWORD: admin.password,
      }),
      silentLogger,
    ),
  );
  const port = await app.start();
  client = createClient(SessionServiceService, { address: `127.0.0.1:${port}` });
  stack.defer(() => client[Symbol.dispose]());
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const asService = { authorization: serviceAuthorization('document', documentToken) };

describe('login', () => {
  it('opens a session whose token authenticates, and tells nobody the token again', async () => {
    const { session, token } = await client.login(admin);
    expect(session?.permissions).toEqual(['read', 'analyze', 'write', 'share', 'admin']);
    const authenticated = await client.authenticateSession({ token }, asService);
    expect(authenticated.session?.sessionId).toBe(session?.sessionId);
    const read = await client.getSession({ sessionId: session?.sessionId ?? '' }, bearer(token));
    expect(JSON.stringify(read)).not.toContain(token.split('.')[1]);
  });

  it('answers alike for an unknown address and a wrong password, and records both', async () => {
    const unknown = client.login({ email: 'nobody@example.test', password: 'wrong wrong wrong' });
    const wrong = client.login({ email: admin.email, password: 'wrong wrong wrong' });
    const [first, second] = await Promise.allSettled([unknown, wrong]);
    expect(first).toMatchObject({
      status: 'rejected',
      reason: { code: 'UNAUTHENTICATED', reason: 'INVALID_CREDENTIALS' },
    });
    expect(second).toMatchObject({
      status: 'rejected',
      reason: { code: 'UNAUTHENTICATED', reason: 'INVALID_CREDENTIALS' },
    });
    const { token } = await client.login(admin);
    const log = await client.listAuditEvents({ limit: 10, offset: 0, type: 'login_failed' }, bearer(token));
    expect(log.totalCount).toBe(2);
  });
});

describe('revocation', () => {
  it('holds from the moment it is acknowledged', async () => {
    const { session, token } = await client.login(admin);
    await client.authenticateSession({ token }, asService);
    await client.revokeSession({ sessionId: session?.sessionId ?? '' }, bearer(token));
    await expect(client.authenticateSession({ token }, asService)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
