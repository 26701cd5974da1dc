import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { StatusError } from '../../src/errors.ts';
import { asReader, revoked, startDocumentServer } from './document-server.ts';

afterEach(() => revoked.clear());

const removed = new StatusError('NOT_FOUND', 'It is none of yours any more.', { reason: 'DOCUMENT_NOT_FOUND' });
const soonMs = 900;

/** What a stream without end is ended with, and how long after it was given a reason to. */
async function endOf(stream: AsyncIterable<unknown>, giveReason: () => void) {
  let endedAt = Number.POSITIVE_INFINITY;
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  const startedAt = performance.now();
  giveReason();
  try {
    while (!(await iterator.next()).done);
  } catch (error) {
    endedAt = performance.now();
    return { ms: endedAt - startedAt, error };
  }
  throw new Error('the stream came to its end');
}

const chunk = { part: { $case: 'chunk' as const, value: Buffer.from('x') } };

describe('a stream that is open', () => {
  it('ends when the session does', async () => {
    await using server = await startDocumentServer({
      downloadDocument: async function* () {
        for (;;) {
          yield chunk;
          await setTimeout(20);
        }
      },
    });
    const { ms, error } = await endOf(server.client.downloadDocument({ documentId: 'd' }, asReader), () =>
      revoked.add('reader'),
    );
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'REVOKED' });
    expect(ms).toBeLessThan(soonMs);
  });

  it('ends when its handler says that the caller may no more, and the handler is told', async () => {
    let isRemoved = false;
    const told = Promise.withResolvers<void>();
    await using server = await startDocumentServer({
      downloadDocument: async function* (_request, { recheck, signal }) {
        recheck(() => {
          if (isRemoved) throw removed;
        });
        yield chunk;
        await once(signal, 'abort');
        told.resolve();
      },
    });
    const { ms, error } = await endOf(server.client.downloadDocument({ documentId: 'd' }, asReader), () => {
      isRemoved = true;
    });
    expect(error).toMatchObject({ code: 'NOT_FOUND', reason: 'DOCUMENT_NOT_FOUND' });
    expect(ms).toBeLessThan(soonMs);
    await told.promise;
  });

  it('ends when it cannot be found out any more whether the caller may', async () => {
    await using server = await startDocumentServer({
      downloadDocument: async function* (_request, { recheck, signal }) {
        recheck(() => new Promise(() => undefined));
        yield chunk;
        await once(signal, 'abort');
      },
    });
    const { error } = await endOf(server.client.downloadDocument({ documentId: 'd' }, asReader), () => undefined);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1000 });
  });

  it('goes on as long as the caller may, and is checked no more when it is over', async () => {
    let checks = 0;
    await using server = await startDocumentServer({
      downloadDocument: async function* (_request, { recheck }) {
        recheck(() => {
          checks += 1;
        });
        await setTimeout(1000);
        yield chunk;
      },
    });
    let messages = 0;
    for await (const _ of server.client.downloadDocument({ documentId: 'd' }, asReader)) messages += 1;
    expect(messages).toBe(1);
    expect(checks).toBeGreaterThan(0);
    const checksThen = checks;
    await setTimeout(600);
    expect(checks).toBe(checksThen);
  });
});

describe('a stream to a caller who reads slowly', () => {
  const large = { part: { $case: 'chunk' as const, value: Buffer.alloc(64 * 1024) } };

  it.each([20, 200, 5000])('with %i ms between messages ends when the session does', async (pauseMs) => {
    const ended = Promise.withResolvers<number>();
    await using server = await startDocumentServer({
      downloadDocument: async function* () {
        try {
          for (;;) yield large;
        } finally {
          ended.resolve(performance.now());
        }
      },
    });
    const refused = Promise.withResolvers<number>();
    const settings = { ...asReader, onRefused: () => refused.resolve(performance.now()) };
    const stream = server.client.downloadDocument({ documentId: 'd' }, settings)[Symbol.asyncIterator]();
    await stream.next();
    await setTimeout(100);
    await stream.next();
    const startedAt = performance.now();
    revoked.add('reader');
    let readAfterTheEnd = 0;
    const reading = async () => {
      for (;;) {
        await setTimeout(pauseMs);
        const isOver = performance.now() - startedAt > 1000;
        await stream.next();
        if (isOver) readAfterTheEnd += 1;
      }
    };
    await expect(reading()).rejects.toBeInstanceOf(Error);
    expect((await ended.promise) - startedAt).toBeLessThan(soonMs);
    expect((await refused.promise) - startedAt).toBeLessThan(soonMs);
    expect(readAfterTheEnd).toBe(0);
  });
});

it('a stream of requests is refused when the session ends before its answer', async () => {
  await using server = await startDocumentServer({
    uploadDocument: async (requests) => {
      for await (const _ of requests);
      return { document: undefined };
    },
  });
  async function* slowly() {
    yield chunk;
    revoked.add('reader');
    await setTimeout(soonMs);
    yield chunk;
  }
  await expect(server.client.uploadDocument(slowly(), asReader)).rejects.toMatchObject({ reason: 'REVOKED' });
});

describe('a single call', () => {
  it('that waits is refused when what it waits with is taken away', async () => {
    await using server = await startDocumentServer({
      getDocument: async (_request, { recheck, signal }) => {
        recheck(() => {
          throw removed;
        });
        await setTimeout(5000, undefined, { signal }).catch(() => undefined);
        return { document: undefined };
      },
    });
    await expect(server.client.getDocument({ documentId: 'd' }, asReader)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('that ends its own session is told that it did', async () => {
    await using server = await startDocumentServer({
      getDocument: async () => {
        revoked.add('reader');
        await setTimeout(soonMs);
        return { document: undefined };
      },
    });
    await expect(server.client.getDocument({ documentId: 'd' }, asReader)).resolves.toBeDefined();
  });
});
