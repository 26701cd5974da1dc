import type { Tracer } from '@opentelemetry/api';
import type { Logger } from '../log.ts';

export interface TracingSettings {
  /** Where spans go; without it nothing is traced. */
  OTEL_EXPORTER_OTLP_ENDPOINT?: URL | undefined;
  /** Share of the traces that begin here and are recorded, from 0 to 1; whoever calls decides for its own. */
  OTEL_TRACES_SAMPLER_ARG: number;
}

/** One per process, as the requests' context is: a span is made wherever a request happens to be. */
let tracer: Tracer | undefined;

/** Makes spans; undefined while nothing is traced, which is all that an untraced process finds out. */
export function currentTracer(): Tracer | undefined {
  return tracer;
}

/** Has spans made from now on, until it is disposed of. */
export function traceWith(own: Tracer): Disposable {
  tracer = own;
  return {
    [Symbol.dispose]: () => {
      tracer = undefined;
    },
  };
}

/**
 * Traces this process as its settings want it. Disposing sends what has not been sent yet.
 *
 * @param service names the process in its traces
 */
export async function startTracing(
  service: string,
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio }: TracingSettings,
  logger: Logger,
): Promise<AsyncDisposable | undefined> {
  if (!endpoint) return undefined;
  // An untraced process does not load the SDK.
  const { exportSpans } = await import('./span-export.ts');
  return exportSpans({ service, endpoint, ratio, logger });
}
