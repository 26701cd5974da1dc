import { startRequestSpan } from '@contract-reviewer/platform/telemetry/http-spans';
import { traceparentKey } from '@contract-reviewer/platform/telemetry/trace-context';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { whenOver } from './request-end.ts';
import { finalStatus, isAskedByMachines } from './request-log.ts';

/** Serves each request within its span, where requests are traced. */
export function traceRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const span = isAskedByMachines(request) ? undefined : startRequestSpan(() => describe(request));
    if (!span) return done();
    whenOver(reply, () => span.end(finalStatus(reply)));
    span.run(done);
  });
}

function describe({ id, method, routeOptions, protocol, headers }: FastifyRequest) {
  const traceparent = headers[traceparentKey]?.toString();
  return { method, route: routeOptions.url ?? 'none', scheme: protocol, requestId: id, traceparent };
}
