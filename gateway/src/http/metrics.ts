import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { finalStatus } from './request-log.ts';

/** What Prometheus reads at `/metrics`: the process itself, and its requests by route, method and status. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took, until the last byte of the answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** Counts every request from now on, by the route's pattern and not by its path, of which there are endless many. */
  observe(server: FastifyInstance): void {
    server.addHook('onRequest', (request, reply, done) => {
      reply.raw.once('close', () => {
        const route = request.routeOptions.url ?? 'none';
        this.#requests.observe({ method: request.method, route, status: finalStatus(reply) }, reply.elapsedTime / 1000);
      });
      done();
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics in the text format of Prometheus. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }
}
