import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from '../log.ts';
import type { Metrics } from './metrics.ts';

export interface MetricsSettings {
  METRICS_HOST: string;
  /** Unset: nobody can ask. */
  METRICS_PORT?: number | undefined;
}

/** Answers Prometheus, at `/metrics`. For addresses that only operators reach: it asks nobody who they are. */
export class MetricsServer implements AsyncDisposable {
  readonly #settings: MetricsSettings;
  readonly #logger: Logger;
  readonly #server;

  constructor(metrics: Metrics, settings: MetricsSettings, logger: Logger) {
    this.#settings = settings;
    this.#logger = logger;
    this.#server = createServer(async (request, response) => {
      if (request.url !== '/metrics') {
        response.writeHead(404).end();
        return;
      }
      try {
        const text = await metrics.render();
        response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
      } catch (error) {
        logger.error({ err: error }, 'metrics cannot be told');
        response.writeHead(500).end();
      }
    });
  }

  /** Listens, if it is to. A process serves also when it cannot be watched: a port that is taken is said in the log. */
  async listen(): Promise<void> {
    const { METRICS_HOST: host, METRICS_PORT: port } = this.#settings;
    if (port === undefined) return;
    this.#server.listen(port, host);
    try {
      await once(this.#server, 'listening');
      this.#logger.info({ metrics_port: (this.#server.address() as AddressInfo).port }, 'telling metrics');
    } catch (error) {
      this.#logger.error({ err: error, metrics_port: port }, 'metrics are not told: cannot listen');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
