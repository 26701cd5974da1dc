import type { Metrics } from '@contract-reviewer/platform/telemetry/metrics';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Readiness } from '../readiness.ts';
import { oneOf } from '../schemas/schema.ts';

const tags = ['operations'];
const serviceState = oneOf(['ready', 'unready']);
const report = Type.Object({
  status: oneOf(['ready', 'unready', 'draining']),
  services: Type.Object({ document: serviceState, analysis: serviceState, session: serviceState }),
});

/** What machines ask. */
export function operationRoutes(readiness: Readiness): FastifyPluginAsyncTypebox {
  return async (server) => {
    server.get(
      '/healthz',
      {
        schema: {
          tags,
          summary: 'Whether the gateway lives',
          security: [],
          response: { 200: Type.Object({ status: oneOf(['ok']) }) },
        },
      },
      async () => ({ status: 'ok' as const }),
    );

    server.get(
      '/readyz',
      {
        schema: {
          tags,
          summary: 'Whether the gateway and the services behind it can serve',
          security: [],
          response: { 200: report, 503: report },
        },
      },
      async (_request, reply) => {
        const current = await readiness.report();
        return reply.code(current.status === 'ready' ? 200 : 503).send(current);
      },
    );
  };
}

/** For installations where only operators reach the gateway; in others, metrics are told at an address of their own. */
export function metricsRoute(metrics: Metrics): FastifyPluginAsyncTypebox {
  return async (server) => {
    server.get(
      '/metrics',
      {
        schema: {
          tags,
          summary: 'Metrics in the text format of Prometheus',
          security: [],
          response: { 200: { description: 'Metrics', content: { 'text/plain': { schema: Type.String() } } } },
        },
      },
      async (_request, reply) => reply.type(metrics.contentType).send(await metrics.render()),
    );
  };
}
