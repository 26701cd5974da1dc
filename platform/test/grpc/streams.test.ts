import { setTimeout } from 'node:timers/promises';
import { DocumentServiceService, type UploadDocumentRequest } from '@contract-reviewer/proto/document/v1/document';
import { describe, expect, it, vi } from 'vitest';
import { StatusError } from '../../src/errors.ts';
import { createClient } from '../../src/grpc/client.ts';
import { startTcpProxy } from '../tcp-proxy.ts';
import { asReader, startDocumentServer } from './document-server.ts';

const chunkBytes = 64 * 1024;
const chunk = Buffer.alloc(chunkBytes, 'x');

describe('a stream of requests', () => {
  const uploaded = { document: undefined };

  /** Chunks without end, counted as they are taken. */
  function endless() {
    const taken = { count: 0, isClosed: false };
    async function* chunks(): AsyncGenerator<UploadDocumentRequest> {
      try {
        for (;;) {
          taken.count += 1;
          yield { part: { $case: 'chunk', value: chunk } };
          await setTimeout(0);
        }
      } finally {
        taken.isClosed = true;
      }
    }
    return { taken, chunks };
  }

  it('arrives whole and in order', async () => {
    const sizes: number[] = [];
    await using server = await startDocumentServer({
      uploadDocument: async (requests) => {
        for await (const { part } of requests) if (part?.$case === 'chunk') sizes.push(part.value.length);
        return uploaded;
      },
    });
    async function* chunks(): AsyncGenerator<UploadDocumentRequest> {
      for (let size = 1; size <= 500; size += 1) yield { part: { $case: 'chunk', value: Buffer.alloc(size) } };
    }
    await server.client.uploadDocument(chunks(), asReader);
    expect(sizes).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
  });

  it('is taken from its source only as fast as the handler reads it', async () => {
    const reading = Promise.withResolvers<void>();
    await using server = await startDocumentServer({
      uploadDocument: async (requests) => {
        await reading.promise;
        for await (const _ of requests) break;
        return uploaded;
      },
    });
    const { taken, chunks } = endless();
    const call = server.client.uploadDocument(chunks(), asReader);
    await setTimeout(500);
    const count = taken.count;
    await setTimeout(300);
    expect(taken.count).toBe(count);
    expect(count * chunkBytes).toBeLessThan(8 * 1024 * 1024);
    reading.resolve();
    await call;
  });

  it('may be answered before its end, and the source is then closed', async () => {
    await using server = await startDocumentServer({
      uploadDocument: async (requests) => {
        let count = 0;
        for await (const _ of requests) {
          count += 1;
          if (count === 10) throw new StatusError('RESOURCE_EXHAUSTED', 'Too large.', { reason: 'TOO_LARGE' });
        }
        return uploaded;
      },
    });
    const { taken, chunks } = endless();
    const call = server.client.uploadDocument(chunks(), asReader);
    await expect(call).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'TOO_LARGE' });
    await setTimeout(100);
    expect(taken.isClosed).toBe(true);
  });

  /** Tells of each upload whether its handler took it for complete. */
  async function startJudge() {
    const outcomes: string[] = [];
    const begun = { count: 0 };
    const server = await startDocumentServer({
      uploadDocument: async (requests) => {
        begun.count += 1;
        try {
          for await (const _ of requests);
          outcomes.push('complete');
        } catch {
          outcomes.push('broken off');
        }
        return uploaded;
      },
    });
    return { server, begun, outcomes };
  }

  async function* brokenOff(afterMs: number): AsyncGenerator<UploadDocumentRequest> {
    yield { part: { $case: 'chunk', value: chunk } };
    await setTimeout(afterMs);
    throw new Error('the browser went away');
  }

  it('that is broken off is never taken for complete', async () => {
    const { server, begun, outcomes } = await startJudge();
    await using _server = server;
    for (let round = 0; round < 20; round += 1) {
      const uploads = Array.from({ length: 10 }, (_, index) =>
        server.client.uploadDocument(brokenOff(index), asReader),
      );
      const results = await Promise.allSettled(uploads);
      expect(results.map(({ status }) => status)).toEqual(Array(10).fill('rejected'));
    }
    await vi.waitUntil(() => outcomes.length === begun.count, { timeout: 5000 });
    expect(new Set(outcomes)).toEqual(new Set(['broken off']));
  });

  it('whose network breaks is not taken for complete either', async () => {
    const { server, outcomes } = await startJudge();
    await using _server = server;
    await using network = await startTcpProxy(Number(server.address.split(':')[1]));
    using client = createClient(DocumentServiceService, { address: `127.0.0.1:${network.port}` });
    const upload = client.uploadDocument(endless().chunks(), asReader);
    upload.catch(() => undefined);
    await setTimeout(100);
    network.cut();
    await expect(upload).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await vi.waitUntil(() => outcomes.length === 1, { timeout: 5000 });
    expect(outcomes).toEqual(['broken off']);
  });
});

describe('a stream of answers', () => {
  it('is made only as fast as the caller reads it', async () => {
    let made = 0;
    await using server = await startDocumentServer({
      async *downloadDocument() {
        for (; made < 500; made += 1) yield { part: { $case: 'chunk', value: chunk } };
      },
    });
    const answers = server.client.downloadDocument({ documentId: '1' }, asReader)[Symbol.asyncIterator]();
    await answers.next();
    await setTimeout(300);
    expect(made * chunkBytes).toBeLessThan(8 * 1024 * 1024);
    let read = 1;
    while (!(await answers.next()).done) read += 1;
    expect(read).toBe(500);
  });

  it('ends with the error of its handler, after what it gave', async () => {
    await using server = await startDocumentServer({
      async *downloadDocument() {
        yield { part: { $case: 'chunk', value: chunk } };
        throw new StatusError('DATA_LOSS', 'The file is not what was uploaded.', { reason: 'DIGEST_MISMATCH' });
      },
    });
    let read = 0;
    const reading = async () => {
      for await (const _ of server.client.downloadDocument({ documentId: '1' }, asReader)) read += 1;
    };
    await expect(reading()).rejects.toMatchObject({ code: 'DATA_LOSS', reason: 'DIGEST_MISMATCH' });
    expect(read).toBe(1);
  });

  it('that the caller leaves ends its handler', async () => {
    const ended = Promise.withResolvers<void>();
    await using server = await startDocumentServer({
      async *downloadDocument(_request, { signal }) {
        try {
          for (;;) {
            yield { part: { $case: 'chunk', value: chunk } };
            await setTimeout(1, undefined, { signal });
          }
        } finally {
          ended.resolve();
        }
      },
    });
    for await (const _ of server.client.downloadDocument({ documentId: '1' }, asReader)) break;
    await ended.promise;
  });
});
