import { once } from 'node:events';
import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { type CallOptions, ChannelCredentials, Client, Metadata, type ServiceError } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../src/grpc/client.ts';
import type { CallContext } from '../../src/grpc/handler.ts';
import { currentRequest, type RequestContext } from '../../src/request-context.ts';
import { startTcpProxy } from '../tcp-proxy.ts';
import { asReader, startDocumentServer } from './document-server.ts';

/** A handler that goes on until its signal ends it, and tells why it did. */
function waiting() {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<unknown>();
  return {
    begun: begun.promise,
    ended: ended.promise,
    handle: async (_request: unknown, { signal }: CallContext): Promise<never> => {
      begun.resolve();
      await once(signal, 'abort');
      ended.resolve(signal.reason);
      throw signal.reason;
    },
  };
}

describe('a deadline', () => {
  it('ends the call and its handler', async () => {
    const { handle, ended } = waiting();
    await using server = await startDocumentServer({ getDocument: handle });
    const call = server.client.getDocument({ documentId: '1' }, { ...asReader, timeoutMs: 100 });
    await expect(call).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(['DEADLINE_EXCEEDED', 'CANCELLED']).toContain(((await ended) as { code: string }).code);
  });

  it('is passed on to the services that the handler asks', async () => {
    const inner = waiting();
    await using innerServer = await startDocumentServer({ getDocument: inner.handle });
    await using outerServer = await startDocumentServer({
      getDocument: (request) => innerServer.client.getDocument(request, { ...asReader, timeoutMs: 60_000 }),
    });
    const call = outerServer.client.getDocument({ documentId: '1' }, { ...asReader, timeoutMs: 200 });
    await expect(call).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await inner.ended;
  });

  it('that is years away is no deadline that has passed', async () => {
    await using server = await startDocumentServer({ getDocument: async () => ({ document: undefined }) });
    const century = 100 * 365 * 86_400_000;
    await expect(
      server.client.getDocument({ documentId: '1' }, { ...asReader, timeoutMs: century }),
    ).resolves.toBeDefined();
  });
});

describe('a cancellation', () => {
  it('reaches the handler, and the services that the handler asks', async () => {
    const inner = waiting();
    await using innerServer = await startDocumentServer({ getDocument: inner.handle });
    await using outerServer = await startDocumentServer({
      getDocument: (request) => innerServer.client.getDocument(request, asReader),
    });
    const caller = new AbortController();
    const call = outerServer.client.getDocument({ documentId: '1' }, { ...asReader, signal: caller.signal });
    await inner.begun;
    const abortedAt = performance.now();
    caller.abort();
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await inner.ended).toMatchObject({ code: 'CANCELLED' });
    // Not by the deadline, which would end it too.
    expect(performance.now() - abortedAt).toBeLessThan(2000);
  });

  it('by a client that is gone reaches the handler', async () => {
    const { handle, begun, ended } = waiting();
    await using server = await startDocumentServer({ getDocument: handle });
    await using network = await startTcpProxy(Number(server.address.split(':')[1]));
    using client = createClient(DocumentServiceService, { address: `127.0.0.1:${network.port}` });
    const call = client.getDocument({ documentId: '1' }, asReader);
    call.catch(() => undefined);
    await begun;
    network.cut();
    await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await ended).toMatchObject({ code: 'CANCELLED' });
  });
});

describe('what a call says about itself', () => {
  /** The trailers of a call, which the platform's client keeps to itself. */
  async function trailersOf(address: string, metadata: Record<string, string>): Promise<Metadata> {
    const client = new Client(address, ChannelCredentials.createInsecure());
    const { path, requestSerialize, responseDeserialize } = DocumentServiceService.getDocument;
    const sent = Metadata.fromHttp2Headers({ authorization: 'Bearer reader', ...metadata });
    const options: CallOptions = { deadline: Date.now() + 5000 };
    const done = () => undefined;
    const call = client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { documentId: '1' },
      sent,
      options,
      done,
    );
    const [status] = (await once(call, 'status')) as [ServiceError];
    client.close();
    return status.metadata;
  }

  it('is its request id: the given one if it is fit, else a new one, also to services further on', async () => {
    const seen: (string | undefined)[] = [];
    await using inner = await startDocumentServer({
      getDocument: async (_request, { requestId }) => {
        seen.push(requestId);
        return { document: undefined };
      },
    });
    await using outer = await startDocumentServer({
      getDocument: (request) => inner.client.getDocument(request, asReader),
    });
    expect((await trailersOf(outer.address, { 'x-request-id': 'abc-1' })).get('x-request-id')).toEqual(['abc-1']);
    expect(seen).toEqual(['abc-1']);
    const [made] = (await trailersOf(outer.address, { 'x-request-id': 'not fit "to log"' })).get('x-request-id');
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is its request id also when it failed, because the caller is asked to quote it', async () => {
    await using server = await startDocumentServer({ getDocument: () => Promise.reject(new Error('unforeseen')) });
    const trailers = await trailersOf(server.address, { 'x-request-id': 'abc-2' });
    expect(trailers.get('x-request-id')).toEqual(['abc-2']);
  });

  it.each([
    ['HIT', { cacheHits: 2, cacheMisses: 0 }],
    ['MISS', { cacheHits: 2, cacheMisses: 1 }],
    [undefined, { cacheHits: 0, cacheMisses: 0 }],
  ])('is x-cache %s', async (expected, counts) => {
    await using server = await startDocumentServer({
      getDocument: async () => {
        Object.assign(currentRequest() as RequestContext, counts);
        return { document: undefined };
      },
    });
    let outcome: string | undefined;
    await server.client.getDocument(
      { documentId: '1' },
      {
        ...asReader,
        onCache: (told) => {
          outcome = told;
        },
      },
    );
    expect(outcome).toBe(expected);
  });
});
