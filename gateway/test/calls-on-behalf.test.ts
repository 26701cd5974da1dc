import { AssertionExchange } from '@contract-reviewer/platform/auth/assertion-exchange';
import type { AssertedSession } from '@contract-reviewer/platform/auth/session-authority';
import { StatusError } from '@contract-reviewer/platform/errors';
import type { CallSettings, GrpcClient } from '@contract-reviewer/platform/grpc/client';
import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { beforeEach, describe, expect, it } from 'vitest';
import { callsOnBehalf } from '../src/calls-on-behalf.ts';

const user = { kind: 'user' as const, userId: 'u', role: 'user', sessionId: 's', permissions: new Set<string>() };
let exchanged: number;
/** What the service was called with, and the assertions that it refuses, and why. */
let calls: CallSettings[];
let refused: Map<string, string>;
/** Whether a stream is refused after its first message. */
let brokenOff: boolean;

const authenticate = async (token: string, audience: string): Promise<AssertedSession> => {
  exchanged += 1;
  const assertion = `${exchanged} of ${token} for ${audience}`;
  return { user, validForMs: 0, assertion, assertionExpiresInMs: 60_000 };
};
const renew = () => Promise.reject(new Error('the gateway passes nothing on'));

function answer(settings: CallSettings): void {
  calls.push(settings);
  const reason = refused.get(settings.onBehalfOf ?? '');
  if (reason) throw new StatusError('UNAUTHENTICATED', 'Not like that.', { reason });
}

const client = {
  getDocument: async (_request: unknown, settings: CallSettings) => {
    answer(settings);
    return { document: undefined };
  },
  downloadDocument: async function* (_request: unknown, settings: CallSettings) {
    answer(settings);
    yield 'chunk';
    if (brokenOff) throw new StatusError('UNAUTHENTICATED', 'No longer.', { reason: 'ASSERTION_EXPIRED' });
  },
  uploadDocument: async (_requests: unknown, settings: CallSettings) => {
    answer(settings);
    return { document: undefined };
  },
} as unknown as GrpcClient<typeof DocumentServiceService>;

let documents: ReturnType<typeof callsOnBehalf<typeof DocumentServiceService>>;
beforeEach(() => {
  exchanged = 0;
  calls = [];
  refused = new Map();
  brokenOff = false;
  const exchange = new AssertionExchange({ authenticate, renew });
  documents = callsOnBehalf(client, DocumentServiceService, 'document', exchange);
});

const get = (token = 't') => documents.getDocument({ documentId: 'd' }, { token, clientAddress: '192.0.2.1' });
const first = '1 of t for document';
const second = '2 of t for document';

describe('a call for a caller', () => {
  it('brings an assertion in place of the token, which is exchanged once', async () => {
    await get();
    await get();
    expect(exchanged).toBe(1);
    expect(calls).toEqual([
      { onBehalfOf: first, clientAddress: '192.0.2.1' },
      { onBehalfOf: first, clientAddress: '192.0.2.1' },
    ]);
  });

  it.each(['ASSERTION_EXPIRED', 'ASSERTION_KEY_UNKNOWN'])(
    'is repeated with a new assertion after %s',
    async (reason) => {
      refused.set(first, reason);
      await expect(get()).resolves.toBeDefined();
      const chunks: unknown[] = [];
      for await (const chunk of documents.downloadDocument({ documentId: 'd' }, { token: 't' })) chunks.push(chunk);
      expect(chunks).toEqual(['chunk']);
      expect(calls.map(({ onBehalfOf }) => onBehalfOf)).toEqual([first, second, second]);
    },
  );

  it('is repeated once: that it is refused again is our own fault, and not that of who logged in', async () => {
    refused.set(first, 'ASSERTION_KEY_UNKNOWN').set(second, 'ASSERTION_KEY_UNKNOWN');
    const failure = await get().catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(StatusError);
    expect(calls).toHaveLength(2);
  });

  it('that is refused because the session has ended is not repeated, and tells so', async () => {
    refused.set(first, 'INVALID_SESSION');
    await expect(get()).rejects.toMatchObject({ code: 'UNAUTHENTICATED', reason: 'INVALID_SESSION' });
    expect(calls).toHaveLength(1);
  });

  it('that is answered with a stream is not repeated once a part of the answer has been passed on', async () => {
    brokenOff = true;
    const chunks: unknown[] = [];
    const download = async () => {
      for await (const chunk of documents.downloadDocument({ documentId: 'd' }, { token: 't' })) chunks.push(chunk);
    };
    await expect(download()).rejects.toBeInstanceOf(Error);
    expect([chunks, calls.length]).toEqual([['chunk'], 1]);
  });

  it('that sends a stream is not repeated, because the stream may be gone, but may be tried again', async () => {
    refused.set(first, 'ASSERTION_EXPIRED');
    async function* file() {
      yield { part: undefined };
    }
    const upload = () => documents.uploadDocument(file(), { token: 't' });
    await expect(upload()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1000 });
    await expect(upload()).resolves.toBeDefined();
  });
});

it('a call for nobody is made in the name of the gateway', async () => {
  await documents.getDocument({ documentId: 'd' });
  expect([exchanged, calls]).toEqual([0, [{}]]);
});
