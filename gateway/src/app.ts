import type { AddressInfo } from 'node:net';
import { Admission } from '@contract-reviewer/platform/admission/admission';
import { transportFrom } from '@contract-reviewer/platform/grpc/credentials';
import type { App } from '@contract-reviewer/platform/lifecycle';
import type { Logger } from '@contract-reviewer/platform/log';
import { Metrics } from '@contract-reviewer/platform/telemetry/metrics';
import { MetricsServer } from '@contract-reviewer/platform/telemetry/metrics-server';
import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import { Drain } from './drain.ts';
import { buildServer } from './server.ts';
import { connectServices } from './services.ts';

/** How long running requests may take to end once the server closes; then their connections are cut. */
const drainTimeoutMs = 12_000;
const reapIntervalMs = 50;

/** Builds the gateway; starts nothing. */
export function buildApp(config: Config, logger: Logger): App {
  const stack = new AsyncDisposableStack();

  const services = stack.use(
    connectServices({
      addresses: {
        document: config.DOCUMENT_SERVICE_ADDRESS,
        analysis: config.ANALYSIS_SERVICE_ADDRESS,
        session: config.SESSION_SERVICE_ADDRESS,
      },
      serviceToken: config.SERVICE_TOKEN,
      transport: transportFrom(config, logger),
    }),
  );
  const admission = stack.use(new Admission({ service: 'gateway', settings: config, logger }));
  const metrics = config.METRICS_PORT === undefined ? undefined : new Metrics(logger);
  const metricsServer = metrics && stack.use(new MetricsServer(metrics, config, logger));
  const drain = new Drain();
  const server = buildServer({
    services,
    maxUploadBytes: config.MAX_UPLOAD_BYTES,
    trustedProxies: config.TRUSTED_PROXIES,
    ...(metrics && { metricsToldElsewhere: metrics }),
    admission,
    drain,
    logger,
  });
  stack.defer(() => closeServer(server));
  stack.defer(() => drain.begin(config.DRAIN_DELAY_SECONDS * 1000));

  return {
    async start() {
      admission.start();
      await metricsServer?.listen();
      await server.listen({ host: config.HTTP_HOST, port: config.HTTP_PORT });
      return (server.server.address() as AddressInfo).port;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Takes no more requests, and waits for those that are running. */
async function closeServer(server: FastifyInstance): Promise<void> {
  // Clients keep a connection for further requests, and Node closes only those that are idle when the closing begins.
  const reap = setInterval(() => server.server.closeIdleConnections(), reapIntervalMs);
  const cut = setTimeout(() => server.server.closeAllConnections(), drainTimeoutMs);
  try {
    await server.close();
  } finally {
    clearInterval(reap);
    clearTimeout(cut);
  }
}
