import { createServer } from 'node:net';
import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import { Metadata, status } from '@grpc/grpc-js';
import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { invalidArgument, StatusError, unavailable } from '../../src/errors.ts';
import { createClient } from '../../src/grpc/client.ts';
import { fromServiceError } from '../../src/grpc/status-details.ts';
import { DatabaseUnavailableError } from '../../src/pg/errors.ts';
import { asReader, startDocumentServer } from './document-server.ts';

async function failureOf(call: Promise<unknown>): Promise<StatusError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StatusError);
  return error as StatusError;
}

/** What a caller gets to see when a handler fails like that. */
async function answerTo(error: unknown): Promise<StatusError> {
  await using server = await startDocumentServer({ getDocument: () => Promise.reject(error) });
  return await failureOf(server.client.getDocument({ documentId: '1' }, asReader));
}

describe('an error', () => {
  it('arrives with code, message, reason, metadata, violations and the time to wait', async () => {
    const sent = new StatusError('ABORTED', 'It has moved on. Read it again.', {
      reason: 'VERSION_CONFLICT',
      metadata: { current_version: '7' },
      fieldViolations: [{ field: 'expected_version', description: 'is not the current one' }],
      retryAfterMs: 1500,
    });
    const { name, cause: _, ...received } = await answerTo(sent);
    expect(received).toEqual({
      code: 'ABORTED',
      reason: 'VERSION_CONFLICT',
      metadata: { current_version: '7' },
      fieldViolations: [{ field: 'expected_version', description: 'is not the current one' }],
      retryAfterMs: 1500,
    });
    expect(name).toBe('StatusError');
    expect((await answerTo(sent)).message).toBe('It has moved on. Read it again.');
  });

  it('survives letters of any script, and a second service on its way', async () => {
    const sent = invalidArgument([{ field: 'filename', description: 'Datei „Über uns“ 契約.pdf ist zu lang' }]);
    await using inner = await startDocumentServer({ getDocument: () => Promise.reject(sent) });
    await using outer = await startDocumentServer({
      getDocument: (request) => inner.client.getDocument(request, asReader),
    });
    const received = await failureOf(outer.client.getDocument({ documentId: '1' }, asReader));
    expect(received).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: sent.message,
      fieldViolations: sent.fieldViolations,
    });
  });

  it('that nobody foresaw is INTERNAL and tells nothing of the inside', async () => {
    const received = await answerTo(new Error('password=hunter2 at 10.0.0.7'));
    expect(received).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL' });
    expect(received.message).not.toMatch(/hunter2|10\.0/);
  });

  it.each([
    ['a lost connection to PostgreSQL', new DatabaseUnavailableError('connection lost')],
    ['a PostgreSQL that shuts down', Object.assign(new DatabaseError('terminating', 1, 'error'), { code: '57P01' })],
    ['what the use case found unavailable', unavailable('Redis and PostgreSQL are away.')],
  ])('of %s is UNAVAILABLE with a hint when to retry', async (_what, error) => {
    expect(await answerTo(error)).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1000 });
  });

  it('of a service that is not there is UNAVAILABLE with a hint, and names no host', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    using client = createClient(DocumentServiceService, { address: `127.0.0.1:${port}` });
    const received = await failureOf(client.getDocument({ documentId: '1' }, { timeoutMs: 2000 }));
    expect(received).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1000 });
    expect(received.message).not.toContain('127.0.0.1');
  });

  it('whose details are none is told without them, and without a text that may come from anywhere', () => {
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', Buffer.from([0xff, 0xff, 0xff]));
    const sent = { code: status.INTERNAL, details: 'at 10.0.0.7:7001', metadata };
    const received = fromServiceError(Object.assign(new Error(sent.details), sent));
    expect(received).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL' });
    expect(received.message).not.toContain('10.0.0.7');
  });
});

it('a call without or with a wrong token is UNAUTHENTICATED before its handler sees it', async () => {
  let isReached = false;
  await using server = await startDocumentServer({
    getDocument: async () => {
      isReached = true;
      return { document: undefined };
    },
  });
  for (const authorization of [undefined, '', 'reader', 'Basic cmVhZGVy', 'Bearer ']) {
    const received = await failureOf(server.client.getDocument({ documentId: '1' }, { authorization }));
    expect(received.code).toBe('UNAUTHENTICATED');
  }
  expect(isReached).toBe(false);
});

it('a method that is open to all ignores a token, so that who has an old one can still log in', async () => {
  await using server = await startDocumentServer({
    checkDocumentAccess: async (_request, { principal }) => ({ status: principal.kind, textSha256: '' }),
  });
  const answer = await server.client.checkDocumentAccess(
    { documentId: '1', permission: 'read' },
    { authorization: 'Bearer !' },
  );
  expect(answer.status).toBe('anonymous');
});
