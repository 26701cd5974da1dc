import type { Metrics } from '@contract-reviewer/platform/telemetry/metrics';
import { metrics as defined } from '@contract-reviewer/platform/telemetry/names';
import type { FastifyInstance } from 'fastify';
import { whenOver } from './request-end.ts';
import { finalStatus } from './request-log.ts';

/** Counts every request from now on, by the route's pattern and not by its path, of which there are endless many. */
export function measureRequests(server: FastifyInstance, metrics: Metrics): void {
  const time = metrics.time(defined.httpRequests);
  server.addHook('onRequest', (request, reply, done) => {
    whenOver(reply, () => {
      time(reply.elapsedTime / 1000, {
        http_request_method: request.method,
        http_route: request.routeOptions.url ?? 'none',
        http_response_status_code: String(finalStatus(reply)),
      });
    });
    done();
  });
}
