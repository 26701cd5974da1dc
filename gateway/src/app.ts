import type { AddressInfo } from 'node:net';
import type { App } from '@contract-reviewer/platform/lifecycle';
import type { Logger } from '@contract-reviewer/platform/log';
import type { Config } from './config.ts';
import { Drain } from './drain.ts';
import { buildServer } from './server.ts';
import { connectServices } from './services.ts';

/** How long running requests may take to end once the server closes; then their connections are cut. */
const drainTimeoutMs = 12_000;

/** Builds the gateway; starts nothing. */
export function buildApp(config: Config, logger: Logger): App {
  const stack = new AsyncDisposableStack();

  const services = stack.use(
    connectServices({
      document: config.DOCUMENT_SERVICE_ADDRESS,
      analysis: config.ANALYSIS_SERVICE_ADDRESS,
      session: config.SESSION_SERVICE_ADDRESS,
    }),
  );
  const drain = new Drain();
  const server = buildServer({ services, maxUploadBytes: config.MAX_UPLOAD_BYTES, drain, logger });
  stack.defer(async () => {
    await drain.begin(config.DRAIN_DELAY_SECONDS * 1000);
    const cut = setTimeout(() => server.server.closeAllConnections(), drainTimeoutMs);
    await server.close();
    clearTimeout(cut);
  });

  return {
    async start() {
      await server.listen({ host: config.HTTP_HOST, port: config.HTTP_PORT });
      return (server.server.address() as AddressInfo).port;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
