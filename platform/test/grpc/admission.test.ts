import { afterAll, describe, expect, it, vi } from 'vitest';
import { Admission } from '../../src/admission/admission.ts';
import { reading } from '../../src/admission/work.ts';
import type { Authenticator, UserPrincipal } from '../../src/auth/principal.ts';
import type { StatusError } from '../../src/errors.ts';
import type { CallSettings } from '../../src/grpc/client.ts';
import type { GrpcServerOptions } from '../../src/grpc/server.ts';
import { silentLogger } from '../shelf/shelf-stores.ts';
import { asReader, type DocumentHandlers, startDocumentServer } from './document-server.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

async function start(
  points: { user?: number; address?: number } = {},
  places = 2,
  options: Partial<GrpcServerOptions> = {},
) {
  const gate = { initial: places, min: places, max: places, waitingOfUser: 1, acceptableMs: 1000, maxWaitMs: 5000 };
  const admission = stack.use(
    new Admission({
      service: 'document',
      settings: { RATE_LIMIT_USER_POINTS: points.user ?? 0, RATE_LIMIT_ADDRESS_POINTS: points.address ?? 0 },
      logger: silentLogger,
      gates: { light: gate, large: gate, heavy: gate },
    }),
  );
  const held: (() => void)[] = [];
  const handlers: Partial<DocumentHandlers> = {
    listDocuments: () =>
      new Promise((resolve) =>
        held.push(() => resolve({ documents: [], totalCount: 0, limit: 0, offset: 0, json: undefined })),
      ),
    getDocument: async () => ({ document: undefined, json: undefined }),
  };
  const server = stack.use(await startDocumentServer(handlers, { admission, ...options }));
  const list = (settings: CallSettings) => server.client.listDocuments({ limit: 1, offset: 0, asJson: true }, settings);
  const get = (settings: CallSettings) => server.client.getDocument({ documentId: 'a', asJson: true }, settings);
  const release = () => {
    for (const resolve of held.splice(0)) resolve();
  };
  return { admission, list, get, held, release };
}

const as = (name: string): CallSettings => ({ authorization: `Bearer ${name}` });

describe('a server with as much to do as it can', () => {
  it('has some wait and refuses the rest, telling when to come again', async () => {
    const { list, held, release, admission } = await start();
    const running = [list(asReader), list(asReader)];
    await vi.waitUntil(() => held.length === 2);
    running.push(list(asReader), list(asReader));
    await vi.waitUntil(() => admission.gates.light.waiting === 2);
    await expect(list(asReader)).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      reason: 'OVERLOADED',
      retryAfterMs: 1000,
    });
    // Another user has a turn of their own.
    running.push(list(as('newcomer')));
    await vi.waitUntil(() => admission.gates.light.waiting === 3);
    release();
    await vi.waitUntil(() => held.length === 2);
    release();
    await vi.waitUntil(() => held.length === 1);
    release();
    await Promise.all(running);
    expect(admission.gates.light.inside).toBe(0);
  });

  it('takes nobody into account who leaves before their turn', async () => {
    const { list, held, release, admission } = await start();
    const running = [list(asReader), list(asReader)];
    await vi.waitUntil(() => held.length === 2);
    await expect(list({ ...asReader, timeoutMs: 100 })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await vi.waitUntil(() => admission.gates.light.waiting === 0);
    release();
    await Promise.all(running);
    expect(held).toHaveLength(0);
  });
});

describe('a rate limit', () => {
  it('is for those who call directly: user and address', async () => {
    const { get } = await start({ user: 100 }, 100);
    await vi.waitUntil(
      () =>
        get(asReader).then(
          () => false,
          (error: unknown) => (error as StatusError).reason === 'RATE_LIMITED',
        ),
      { interval: 1, timeout: 10_000 },
    );
    await expect(get(as('another'))).resolves.toBeDefined();

    const byAddress = await start({ address: 100 }, 100);
    await vi.waitUntil(
      () =>
        byAddress.get(asReader).then(
          () => false,
          (error: unknown) => (error as StatusError).reason === 'RATE_LIMITED',
        ),
      { interval: 1, timeout: 10_000 },
    );
    const refusal = await byAddress.get(as('another')).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'RATE_LIMITED' });
    expect((refusal as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(30_000);
  });

  it('is not for what the gateway asks for its users, which it has charged them for', async () => {
    const { get } = await start({ user: 100, address: 100 }, 100, { authenticator: onBehalfOf('gateway') });
    for (let round = 0; round < 10; round += 1) await Promise.all(Array.from({ length: 50 }, () => get(asReader)));
  });
});

it('a service that goes on with what was let in elsewhere is always let in', async () => {
  const { admission, get } = await start({}, 1, { authenticator: onBehalfOf('analysis') });
  for (let count = 0; count < 20; count += 1) admission.enter(reading, `user ${count}`, () => undefined);
  await expect(get(asReader)).resolves.toBeDefined();
});

/** Takes all calls for those of a service that calls for a user. */
function onBehalfOf(service: string): Authenticator {
  const principal: UserPrincipal = {
    kind: 'user',
    userId: 'reader',
    role: 'user',
    sessionId: 'reader',
    permissions: new Set(),
  };
  return {
    authenticate: async () => ({ principal, current: async () => principal, assertion: async () => '' }),
    serviceIn: () => service,
  };
}
