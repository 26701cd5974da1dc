import { StatusError } from '@contract-reviewer/platform/errors';
import type { FastifyInstance } from 'fastify';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Answers 404 for paths that lead nowhere, and 405 with `Allow` for wrong methods of what the API documents. Call it before there are routes. */
export function refuseUnknownRoutes(server: FastifyInstance): { completeMethods(): void } {
  server.setNotFoundHandler((request) => {
    throw new StatusError('NOT_FOUND', `There is no ${request.method} at this path. /docs lists what there is.`, {
      reason: 'ROUTE_NOT_FOUND',
    });
  });

  const allowed = new Map<string, Set<string>>();
  server.addHook('onRoute', ({ url, method, schema }) => {
    if (schema?.hide) return;
    const known = allowed.get(url) ?? new Set();
    for (const each of [method].flat()) known.add(each);
    allowed.set(url, known);
  });

  return {
    /** Gives each path of the API that is known by now an answer to the methods that it does not have. */
    completeMethods() {
      for (const [url, known] of allowed) {
        const allow = [...known].sort().join(', ');
        const missing = methods.filter((method) => !known.has(method));
        server.route({
          method: missing,
          url,
          schema: { hide: true },
          // Before the body is read, which nobody wants.
          onRequest: (request, reply, done) => {
            reply.header('allow', allow);
            const message = `${request.method} is not offered here; ${allow} is.`;
            done(new StatusError('UNIMPLEMENTED', message, { reason: 'METHOD_NOT_ALLOWED' }));
          },
          handler: () => undefined,
        });
      }
    },
  };
}
