import { once } from 'node:events';
import { BatchServiceService } from '@contract-reviewer/proto/common/v1/batch';
import { type Document, DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { describe, expect, it } from 'vitest';
import { StatusError } from '../../src/errors.ts';
import { type CallSettings, createClient } from '../../src/grpc/client.ts';
import type { CallContext } from '../../src/grpc/handler.ts';
import { currentRequest, runInRequest } from '../../src/request-context.ts';
import { type DocumentHandlers, startDocumentServer } from './document-server.ts';

type Handlers = Partial<DocumentHandlers>;

/** A server, and a client that collects its reads, made by whoever is named in `authorization`. */
async function startBatches(handlers: Handlers, authorization = 'Bearer reader') {
  const server = await startDocumentServer(handlers);
  const batched = ['getDocument', 'listDocuments', 'deleteDocument'] as const;
  const client = createClient(DocumentServiceService, { address: server.address, authorization, batched });
  const counter = createClient(BatchServiceService, { address: server.address, authorization });
  return {
    client,
    batches: counter,
    address: server.address,
    [Symbol.asyncDispose]: async () => {
      client[Symbol.dispose]();
      counter[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function documentOf(documentId: string, filename = ''): { document: Document } {
  const document = {
    documentId,
    ownerId: '',
    filename,
    contentType: '',
    sizeBytes: 0,
    sha256: '',
    status: '',
    metadata: undefined,
    version: 1,
    createdAt: undefined,
    updatedAt: undefined,
  };
  return { document };
}

async function collect<T>(answers: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const answer of answers) all.push(answer);
  return all;
}

const get = DocumentServiceService.getDocument;

it('calls of one turn arrive together, and each gets its own answer', async () => {
  const batches = new Set<unknown>();
  await using server = await startBatches({
    getDocument: async ({ documentId }, { metadata }) => {
      batches.add(metadata);
      return documentOf(documentId);
    },
  });
  const ids = Array.from({ length: 600 }, (_, index) => String(index));
  const answers = await Promise.all(ids.map((documentId) => server.client.getDocument({ documentId })));
  expect(answers.map(({ document }) => document?.documentId)).toEqual(ids);
  expect(batches.size).toBe(3);
});

it('a call that fails, fails alone and with all that the service says of it', async () => {
  await using server = await startBatches({
    getDocument: async ({ documentId }) => {
      if (documentId !== 'bad') return documentOf(documentId);
      const fieldViolations = [{ field: 'document_id', description: 'is bad' }];
      throw new StatusError('INVALID_ARGUMENT', 'No.', { reason: 'BAD', fieldViolations, metadata: { a: 'b' } });
    },
  });
  const [good, bad] = await Promise.allSettled([
    server.client.getDocument({ documentId: 'good' }),
    server.client.getDocument({ documentId: 'bad' }),
  ]);
  expect(good).toMatchObject({ status: 'fulfilled', value: { document: { documentId: 'good' } } });
  expect(bad).toMatchObject({
    reason: {
      code: 'INVALID_ARGUMENT',
      reason: 'BAD',
      message: 'No.',
      metadata: { a: 'b' },
      fieldViolations: [{ field: 'document_id', description: 'is bad' }],
    },
  });
});

it('an answer does not wait for a slower one', async () => {
  const slow = Promise.withResolvers<void>();
  await using server = await startBatches({
    getDocument: async ({ documentId }) => {
      if (documentId === 'slow') await slow.promise;
      return documentOf(documentId);
    },
  });
  const late = server.client.getDocument({ documentId: 'slow' });
  await server.client.getDocument({ documentId: 'quick' });
  slow.resolve();
  await expect(late).resolves.toMatchObject({ document: { documentId: 'slow' } });
});

it('what does not fit into the answer of a batch comes by itself, as the same request', async () => {
  const half = 'x'.repeat(5 * 1024 * 1024);
  const asked: { documentId: string; requestId: string }[] = [];
  await using server = await startBatches({
    getDocument: async ({ documentId }, { requestId }) => {
      asked.push({ documentId, requestId });
      return documentOf(documentId, half);
    },
  });
  const ask = (id: string) =>
    runInRequest(
      { requestId: id, signal: new AbortController().signal, deadline: Infinity, cacheHits: 0, cacheMisses: 0 },
      () => server.client.getDocument({ documentId: id }),
    );
  const answers = await Promise.all(['one', 'two', 'three'].map(ask));
  expect(answers.map(({ document }) => document?.documentId)).toEqual(['one', 'two', 'three']);
  expect(asked).toHaveLength(5);
  for (const { documentId, requestId } of asked) expect(requestId).toBe(documentId);
});

describe('a batch is no way around anything:', () => {
  it('each call is authenticated, with the batch that it came in', async () => {
    await using server = await startBatches({ getDocument: async () => documentOf('1') }, 'Bearer !');
    await expect(server.client.getDocument({ documentId: '1' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('methods that are not listed cannot be called', async () => {
    await using server = await startBatches({ deleteDocument: async () => ({}) });
    await expect(server.client.deleteDocument({ documentId: '1' })).rejects.toMatchObject({ reason: 'NOT_BATCHED' });
  });

  it('what names more, or longer, than any client does is refused as a whole', async () => {
    await using server = await startBatches({});
    const call = { method: 0, request: Buffer.alloc(0), requestId: '', clientAddress: '' };
    const known = get.path;
    for (const batch of [
      { methods: ['x'.repeat(1_000_000)], assertions: [], calls: Array.from({ length: 256 }, () => call) },
      { methods: Array.from({ length: 65 }, () => known), assertions: [], calls: [call] },
      { methods: [known], assertions: ['a', 'b'], calls: [call] },
      { methods: [known], assertions: ['x'.repeat(5000)], calls: [{ ...call, assertion: 0 }] },
    ]) {
      await expect(collect(server.batches.batchCall(batch))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });

  it('not those for nobody in particular either', async () => {
    await using server = await startBatches({ checkDocumentAccess: async () => ({ status: '', textSha256: '' }) });
    const { path } = DocumentServiceService.checkDocumentAccess;
    const call = { method: 0, request: Buffer.alloc(0), requestId: '', clientAddress: '' };
    const [answer] = await collect(server.batches.batchCall({ methods: [path], assertions: [], calls: [call] }));
    expect(answer?.results[0]?.outcome?.$case).toBe('status');
  });

  it('the address of a client is believed of the gateway alone', async () => {
    const handlers: Handlers = { getDocument: async (_request, { clientAddress }) => documentOf(clientAddress) };
    await using server = await startBatches(handlers);
    const { document } = await server.client.getDocument({ documentId: '1' }, { clientAddress: '203.0.113.9' });
    expect(document?.documentId).toBe('127.0.0.1');
  });

  it.each([
    ['no calls', []],
    ['too many calls', Array.from({ length: 257 }, () => ({ method: 0 }))],
    ['a method that is not there', [{ method: 1 }]],
    ['an assertion that is not there', [{ method: 0, assertion: 0 }]],
  ])('%s are refused', async (_what, calls) => {
    await using server = await startBatches({ getDocument: async () => documentOf('1') });
    const request = {
      methods: [get.path],
      assertions: [],
      calls: calls.map((call) => ({ request: Buffer.alloc(0), requestId: '', clientAddress: '', ...call })),
    };
    await expect(collect(server.batches.batchCall(request))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('a message that does not parse is its own fault alone', async () => {
    await using server = await startBatches({ getDocument: async () => documentOf('1') });
    const call = { method: 0, requestId: '', clientAddress: '' };
    const calls = [
      { ...call, request: Buffer.from([0x0a, 0xff]) },
      { ...call, request: get.requestSerialize({ documentId: '1' }) },
    ];
    const answers = await collect(server.batches.batchCall({ methods: [get.path], assertions: [], calls }));
    const outcomes = answers
      .flatMap(({ results }) => results)
      .map(({ call: index, outcome }) => [index, outcome?.$case]);
    expect(outcomes.toSorted((a, b) => Number(a[0]) - Number(b[0]))).toEqual([
      [0, 'status'],
      [1, 'response'],
    ]);
  });
});

describe('time and cancellation:', () => {
  /** Hangs for `slow` until it is told to end, and tells why it was. */
  function hanging() {
    const ended = Promise.withResolvers<StatusError>();
    const getDocument = async ({ documentId }: { documentId: string }, { signal }: CallContext) => {
      if (documentId !== 'slow') return documentOf(documentId);
      await once(signal, 'abort');
      ended.resolve(signal.reason as StatusError);
      throw signal.reason;
    };
    return { getDocument, ended: ended.promise };
  }

  it('a call runs out of time alone, and its handler hears of it', async () => {
    const { getDocument, ended } = hanging();
    await using server = await startBatches({ getDocument });
    const slow = server.client.getDocument({ documentId: 'slow' }, { timeoutMs: 200 });
    const other = server.client.getDocument({ documentId: 'other' }, { timeoutMs: 10_000 });
    await expect(slow).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await expect(other).resolves.toBeDefined();
    expect((await ended).code).toBe('DEADLINE_EXCEEDED');
  });

  it('whoever cancels one call leaves the others to go on', async () => {
    const { getDocument } = hanging();
    await using server = await startBatches({ getDocument });
    const leaver = new AbortController();
    const slow = server.client.getDocument({ documentId: 'slow' }, { signal: leaver.signal });
    const gone = slow.catch((error: unknown) => error);
    await server.client.getDocument({ documentId: 'first' });
    const other = server.client.getDocument({ documentId: 'other' });
    leaver.abort();
    expect(await gone).toMatchObject({ code: 'CANCELLED' });
    await expect(other).resolves.toBeDefined();
  });

  it('when all have left, the handlers end', async () => {
    const { getDocument, ended } = hanging();
    await using server = await startBatches({ getDocument });
    const leaver = new AbortController();
    const settings: CallSettings = { signal: leaver.signal };
    const slow = server.client.getDocument({ documentId: 'slow' }, settings);
    const quick = server.client.getDocument({ documentId: 'quick' }, settings);
    await quick;
    leaver.abort();
    await expect(slow).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await ended).code).toBe('CANCELLED');
  });

  it('the request that a call is made for gives it its id and its deadline', async () => {
    await using server = await startBatches({
      getDocument: async (_request, { requestId }) => {
        const left = (currentRequest()?.deadline ?? Infinity) - Date.now();
        return documentOf(`${requestId} ${left < 1000}`);
      },
    });
    const read = (requestId: string, ms: number) => {
      const deadline = Date.now() + ms;
      const request = { requestId, signal: new AbortController().signal, deadline, cacheHits: 0, cacheMisses: 0 };
      return runInRequest(request, () => server.client.getDocument({ documentId: '1' }));
    };
    const answers = await Promise.all([read('short', 500), read('long', 5000)]);
    expect(answers.map(({ document }) => document?.documentId)).toEqual(['short true', 'long false']);
  });

  it('a server that is not there fails them all', async () => {
    const batched = ['getDocument'] as const;
    using client = createClient(DocumentServiceService, { address: '127.0.0.1:1', authorization: 'Bearer a', batched });
    const calls = ['1', '2'].map((documentId) => client.getDocument({ documentId }));
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

it('tells of each call whether the cache served it', async () => {
  await using server = await startBatches({
    getDocument: async ({ documentId }) => {
      const request = currentRequest();
      if (request && documentId !== 'nothing') request[documentId === 'hit' ? 'cacheHits' : 'cacheMisses'] += 1;
      return documentOf(documentId);
    },
  });
  const told = async (documentId: string) => {
    let outcome = 'nothing';
    await server.client.getDocument({ documentId }, { onCache: (cache) => (outcome = cache) });
    return outcome;
  };
  expect(await Promise.all(['hit', 'miss', 'nothing'].map(told))).toEqual(['HIT', 'MISS', 'nothing']);
});

it('answers that are too large together come all the same', async () => {
  const filename = 'x'.repeat(1024 * 1024);
  let served = 0;
  await using server = await startBatches({
    getDocument: async ({ documentId }) => {
      served += 1;
      return documentOf(documentId, filename);
    },
  });
  const ids = Array.from({ length: 12 }, (_, index) => String(index));
  const answers = await Promise.all(ids.map((documentId) => server.client.getDocument({ documentId })));
  expect(answers.map(({ document }) => document?.documentId)).toEqual(ids);
  expect(served).toBeGreaterThan(ids.length);
});

it('a server without batches is asked for each by itself', async () => {
  await using server = await startDocumentServer(
    { getDocument: async ({ documentId }) => documentOf(documentId) },
    {},
    { batched: [] },
  );
  const batched = ['getDocument'] as const;
  using client = createClient(DocumentServiceService, {
    address: server.address,
    authorization: 'Bearer reader',
    batched,
  });
  await expect(client.getDocument({ documentId: '1' })).resolves.toMatchObject({ document: { documentId: '1' } });
});
