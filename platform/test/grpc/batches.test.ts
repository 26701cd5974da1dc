import { once } from 'node:events';
import type { BatchedResult } from '@contract-reviewer/proto/common/v1/batch';
import { type Document, DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { describe, expect, it } from 'vitest';
import { StatusError } from '../../src/errors.ts';
import { type CallSettings, createClient } from '../../src/grpc/client.ts';
import type { CallContext } from '../../src/grpc/handler.ts';
import { currentRequest, runInRequest } from '../../src/request-context.ts';
import { startTcpProxy } from '../tcp-proxy.ts';
import { batchCall, batchedCall, openBatchCall } from './batch-call.ts';
import { type DocumentHandlers, startDocumentServer } from './document-server.ts';

type Handlers = Partial<DocumentHandlers>;

/** A server, and a client that collects its reads, made by whoever is named in `authorization`. */
async function startBatches(handlers: Handlers, authorization = 'Bearer reader') {
  const server = await startDocumentServer(
    handlers,
    {},
    { batched: ['getDocument', 'listDocuments', 'updateDocument'] },
  );
  const batched = ['getDocument', 'listDocuments', 'updateDocument', 'deleteDocument'] as const;
  const client = createClient(DocumentServiceService, { address: server.address, authorization, batched });
  return {
    client,
    address: server.address,
    authorization,
    [Symbol.asyncDispose]: async () => {
      client[Symbol.dispose]();
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

it('what changes something is done once, however much there is to answer', async () => {
  const half = 'x'.repeat(5 * 1024 * 1024);
  const changed: string[] = [];
  await using server = await startBatches({
    updateDocument: async ({ documentId }) => {
      changed.push(documentId);
      return documentOf(documentId, half);
    },
  });
  const change = (documentId: string) => server.client.updateDocument({ documentId });
  const answers = await Promise.all(['one', 'two', 'three'].map(change));
  expect(answers.map(({ document }) => document?.documentId)).toEqual(['one', 'two', 'three']);
  expect(changed).toEqual(['one', 'two', 'three']);
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
    const call = batchedCall();
    const known = get.path;
    for (const batch of [
      { methods: ['x'.repeat(1_000_000)], assertions: [], calls: Array.from({ length: 256 }, () => call) },
      { methods: Array.from({ length: 65 }, () => known), assertions: [], calls: [call] },
      { methods: [known], assertions: ['a', 'b'], calls: [call] },
      { methods: [known], assertions: ['x'.repeat(5000)], calls: [{ ...call, assertion: 0 }] },
    ]) {
      await expect(batchCall(server.address, server.authorization, batch)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
  });

  it('not those for nobody in particular either', async () => {
    await using server = await startBatches({ checkDocumentAccess: async () => ({ status: '', textSha256: '' }) });
    const { path } = DocumentServiceService.checkDocumentAccess;
    const request = { methods: [path], calls: [batchedCall()] };
    const [result] = await batchCall(server.address, server.authorization, request);
    expect(result?.outcome?.$case).toBe('status');
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
    const request = { methods: [get.path], calls: calls.map(batchedCall) };
    await expect(batchCall(server.address, server.authorization, request)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('a message that does not parse is its own fault alone', async () => {
    await using server = await startBatches({ getDocument: async () => documentOf('1') });
    const calls = [Buffer.from([0x0a, 0xff]), get.requestSerialize({ documentId: '1' })].map((request) =>
      batchedCall({ request }),
    );
    const results = await batchCall(server.address, server.authorization, { methods: [get.path], calls });
    const outcomes = results.map(({ call: index, outcome }) => [index, outcome?.$case]);
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

  it("its handler ends, and the others' do not", async () => {
    const { getDocument, ended } = hanging();
    const answer = Promise.withResolvers<void>();
    await using server = await startBatches({
      getDocument,
      listDocuments: async () => {
        await answer.promise;
        return { documents: [], totalCount: 7, limit: 0, offset: 0, json: undefined };
      },
    });
    const leaver = new AbortController();
    const slow = server.client.getDocument({ documentId: 'slow' }, { signal: leaver.signal });
    const other = server.client.listDocuments({ limit: 1, offset: 0 });
    await server.client.getDocument({ documentId: 'arrived' });
    leaver.abort();
    await expect(slow).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await ended).code).toBe('CANCELLED');
    answer.resolve();
    await expect(other).resolves.toMatchObject({ totalCount: 7 });
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

  it('a server that says nothing any more does not keep callers waiting', async () => {
    await using server = await startBatches({ getDocument: async ({ documentId }) => documentOf(documentId) });
    await using network = await startTcpProxy(Number(server.address.split(':')[1]));
    using client = createClient(DocumentServiceService, {
      address: `127.0.0.1:${network.port}`,
      authorization: server.authorization,
      batched: ['getDocument'],
    });
    await client.getDocument({ documentId: '1' });
    network.swallow();
    const read = client.getDocument({ documentId: '1' }, { timeoutMs: 300 });
    await expect(read).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  it('a server that is not there fails them all', async () => {
    const batched = ['getDocument'] as const;
    using client = createClient(DocumentServiceService, { address: '127.0.0.1:1', authorization: 'Bearer a', batched });
    const outcomes = await Promise.allSettled(['1', '2'].map((documentId) => client.getDocument({ documentId })));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'UNAVAILABLE' } });
  });
});

describe('a stream of batches', () => {
  const echo: Handlers = { getDocument: async ({ documentId }) => documentOf(documentId) };
  const asking = (documentId: string) => batchedCall({ request: get.requestSerialize({ documentId }) });
  const answersIn = (results: readonly BatchedResult[]) =>
    new Map(
      results.map(({ call, outcome }) => [
        call,
        outcome?.$case === 'response' ? get.responseDeserialize(outcome.value).document?.documentId : outcome?.$case,
      ]),
    );

  it('is used for the calls of many turns', async () => {
    const streams = new Set<unknown>();
    await using server = await startBatches({
      getDocument: async ({ documentId }, { metadata }) => {
        streams.add(metadata);
        return documentOf(documentId);
      },
    });
    for (let turn = 0; turn < 40; turn += 1) await server.client.getDocument({ documentId: '1' });
    expect(streams.size).toBeLessThanOrEqual(8);
  });

  it('gives each result the number of its call', async () => {
    await using server = await startBatches(echo);
    using stream = openBatchCall(server.address, server.authorization);
    stream.send({ methods: [get.path], firstCall: 7, calls: [asking('a'), asking('b')] });
    await expect.poll(() => stream.results.length).toBe(2);
    stream.send({ methods: [get.path], firstCall: 1000, calls: [asking('c')] });
    stream.end();
    await stream.ended;
    expect(answersIn(stream.results)).toEqual(
      new Map([
        [1000, 'c'],
        [7, 'a'],
        [8, 'b'],
      ]),
    );
  });

  it('does not take a number twice at the same time', async () => {
    await using server = await startBatches({ getDocument: () => new Promise(() => undefined) });
    using stream = openBatchCall(server.address, server.authorization);
    for (const firstCall of [0, 1]) {
      stream.send({ methods: [get.path], firstCall, calls: [asking('a'), asking('b')] });
    }
    await expect(stream.ended).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      fieldViolations: [{ field: 'first_call' }],
    });
  });

  it('takes more calls than it runs at the same time', async () => {
    let running = 0;
    let most = 0;
    await using server = await startBatches({
      getDocument: async ({ documentId }) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 50));
        running -= 1;
        return documentOf(documentId);
      },
    });
    using stream = openBatchCall(server.address, server.authorization);
    for (let batch = 0; batch < 40; batch += 1) {
      const calls = Array.from({ length: 100 }, () => asking('a'));
      stream.send({ methods: [get.path], firstCall: 100 * batch, calls });
    }
    stream.end();
    await stream.ended;
    expect(stream.results).toHaveLength(4000);
    // And what had been read by then.
    expect(most).toBeLessThan(1024 + 100 * 20);
  });

  it('ends when its server shuts down, and what it does not answer is asked of another one', async () => {
    const arrived = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    const slow: Handlers = {
      getDocument: async ({ documentId }) => {
        arrived.resolve();
        await leave.promise;
        return documentOf(`${documentId} of the old`);
      },
    };
    await using old = await startDocumentServer(slow);
    await using successor = await startDocumentServer({
      getDocument: async ({ documentId }) => documentOf(`${documentId} of the new`),
    });
    using client = createClient(DocumentServiceService, {
      address: `ipv4:${old.address},${successor.address}`,
      authorization: 'Bearer reader',
      batched: ['getDocument'],
    });
    const reads = Array.from({ length: 8 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, 10 * index));
      return client.getDocument({ documentId: String(index) });
    });
    await arrived.promise;
    const stopped = old.stop();
    leave.resolve();
    for (const [index, { document }] of (await Promise.all(reads)).entries()) {
      expect(document?.documentId).toMatch(new RegExp(`^${index} of the (old|new)$`));
    }
    await stopped;
    const later = await Promise.all(Array.from({ length: 8 }, () => client.getDocument({ documentId: 'x' })));
    for (const { document } of later) expect(document?.documentId).toBe('x of the new');
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
