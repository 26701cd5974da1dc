import { StatusError } from '@contract-reviewer/platform/errors';
import { requestIdKey } from '@contract-reviewer/platform/grpc/server';
import { type RequestContext, requestIdFrom, runInRequest } from '@contract-reviewer/platform/request-context';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** What this request passes on to the services. Its signal is aborted when the client goes away. */
    scope: RequestContext;
  }
}

export function newRequestId(request: { headers: NodeJS.Dict<string | string[]> }): string {
  return requestIdFrom(request.headers[requestIdKey]?.toString());
}

/**
 * Gives each request a scope, and the code that serves it this scope as its context.
 *
 * Not `request.signal`: in Node an IncomingMessage closes as soon as its body has been read, and Fastify takes that for
 * the client's leave. The response closes early only when the connection does.
 */
export function scopeRequests(server: FastifyInstance): void {
  server.decorateRequest('scope');
  server.addHook('onRequest', (request, reply, done) => {
    const client = new AbortController();
    reply.raw.once('close', () => {
      if (!reply.raw.writableEnded) client.abort(clientGone());
    });
    request.scope = {
      requestId: request.id,
      signal: client.signal,
      deadline: Number.POSITIVE_INFINITY,
      cacheHits: 0,
      cacheMisses: 0,
    };
    reply.header(requestIdKey, request.id);
    runInRequest(request.scope, done);
  });
}

function clientGone(): StatusError {
  return new StatusError('CANCELLED', 'The client went away before it was answered.', { reason: 'CLIENT_GONE' });
}
