import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import {
  HealthService,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from '@contract-reviewer/proto/grpc/health/v1/health';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../src/grpc/client.ts';
import { asReader, startDocumentServer } from './document-server.ts';

describe('a server that is disposed of', () => {
  it('finishes running calls and takes no new ones', async () => {
    const begun = Promise.withResolvers<void>();
    await using server = await startDocumentServer({
      getDocument: async () => {
        begun.resolve();
        await setTimeout(300);
        return { document: undefined };
      },
    });
    const running = server.client.getDocument({ documentId: '1' }, asReader);
    await begun.promise;
    const stopped = server.stop();
    await setTimeout(50);
    const late = server.client.getDocument({ documentId: '1' }, { ...asReader, timeoutMs: 1000 });
    await expect(late).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(running).resolves.toBeDefined();
    await stopped;
  });

  it('lets an upload end', async () => {
    const begun = Promise.withResolvers<void>();
    let chunks = 0;
    await using server = await startDocumentServer({
      uploadDocument: async (requests) => {
        for await (const _ of requests) {
          chunks += 1;
          begun.resolve();
        }
        return { document: undefined };
      },
    });
    async function* parts() {
      for (let part = 0; part < 10; part += 1) {
        yield { part: { $case: 'chunk' as const, value: Buffer.from('x') } };
        await setTimeout(20);
      }
    }
    const upload = server.client.uploadDocument(parts(), asReader);
    await begun.promise;
    await Promise.all([upload, server.stop()]);
    expect(chunks).toBe(10);
  });

  it('ends streams of answers with UNAVAILABLE, also when their handler just returns', async () => {
    await using server = await startDocumentServer({
      async *downloadDocument(_request, { signal }) {
        yield { part: undefined };
        await once(signal, 'abort');
      },
    });
    let read = 0;
    const reading = async () => {
      for await (const _ of server.client.downloadDocument({ documentId: '1' }, asReader)) read += 1;
    };
    const failure = reading();
    failure.catch(() => undefined);
    while (read === 0) await setTimeout(10);
    const startedAt = performance.now();
    await server.stop();
    expect(performance.now() - startedAt).toBeLessThan(2000);
    await expect(failure).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'SHUTTING_DOWN' });
  });

  it('cuts what does not end in time', async () => {
    await using server = await startDocumentServer(
      { getDocument: () => new Promise(() => undefined) },
      { drainTimeoutMs: 200 },
    );
    const call = server.client.getDocument({ documentId: '1' }, asReader);
    call.catch(() => undefined);
    await setTimeout(50);
    await server.stop();
    await expect(call).rejects.toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|CANCELLED/) });
  });
});

describe('health', () => {
  const service = 'contractreviewer.document.v1.DocumentService';

  it('is asked without a token, for the server and for each service', async () => {
    let isReady = true;
    await using server = await startDocumentServer({}, { health: { isReady: async () => isReady } });
    using health = createClient(HealthService, { address: server.address });
    for (const name of ['', service])
      expect(await health.check({ service: name })).toEqual({ status: ServingStatus.SERVING });
    await expect(health.check({ service: 'unknown' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    isReady = false;
    expect(await health.check({ service })).toEqual({ status: ServingStatus.NOT_SERVING });
  });

  it('is watched: each change is told, an unknown service too, until the server goes', async () => {
    let isReady = true;
    await using server = await startDocumentServer({}, { health: { isReady: async () => isReady } });
    using health = createClient(HealthService, { address: server.address });
    const unknown = health.watch({ service: 'unknown' })[Symbol.asyncIterator]();
    expect((await unknown.next()).value).toEqual({ status: ServingStatus.SERVICE_UNKNOWN });
    const watch = health.watch({ service })[Symbol.asyncIterator]();
    expect((await watch.next()).value).toEqual({ status: ServingStatus.SERVING });
    isReady = false;
    expect((await watch.next()).value).toEqual({ status: ServingStatus.NOT_SERVING });
    const last = watch.next();
    last.catch(() => undefined);
    await server.stop();
    await expect(last).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
