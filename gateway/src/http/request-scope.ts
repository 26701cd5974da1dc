import { StatusError } from '@contract-reviewer/platform/errors';
import { requestIdKey } from '@contract-reviewer/platform/grpc/metadata-keys';
import { requestIdFrom, runInRequest } from '@contract-reviewer/platform/request-context';
import type { FastifyInstance } from 'fastify';
import { whenOver } from './request-end.ts';

export function newRequestId(request: { headers: NodeJS.Dict<string | string[]> }): string {
  return requestIdFrom(request.headers[requestIdKey]?.toString());
}

/**
 * Gives the code that serves a request its context: the id that goes on to the services, and a signal that ends calls to
 * them when the client goes away.
 *
 * Not `request.signal`: in Node an IncomingMessage closes as soon as its body has been read, and Fastify takes that for
 * the client's leave. The response closes early only when the connection does.
 */
export function scopeRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const client = new AbortController();
    whenOver(reply, () => {
      if (!reply.raw.writableEnded) client.abort(clientGone());
    });
    reply.header(requestIdKey, request.id);
    // HTTP knows no deadlines; each call has a time limit of its own.
    const deadline = Number.POSITIVE_INFINITY;
    runInRequest({ requestId: request.id, signal: client.signal, deadline, cacheHits: 0, cacheMisses: 0 }, done);
  });
}

function clientGone(): StatusError {
  return new StatusError('CANCELLED', 'The client went away before it was answered.', { reason: 'CLIENT_GONE' });
}
