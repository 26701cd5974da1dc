import { context, DiagLogLevel, diag } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '../log.ts';
import { attributes } from './names.ts';
import { traceWith } from './tracing.ts';

export interface SpanExportOptions {
  service: string;
  /** Of an OTLP receiver that speaks HTTP; `/v1/traces` is appended. */
  endpoint: URL;
  /** Share of the traces that begin here and are recorded, from 0 to 1. */
  ratio: number;
  logger: Logger;
}

const sendIntervalMs = 1000;
const sendTimeoutMs = 5000;
const shutdownTimeoutMs = 3000;
/** Spans beyond these are dropped: a receiver that is away costs spans, never memory or time. */
const maxWaitingSpans = 8192;

/** Sends spans by OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/), some at a time. */
export function exportSpans({ service, endpoint, ratio, logger }: SpanExportOptions): AsyncDisposable {
  diag.setLogger(diagnosticsTo(logger), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const exporter = new OTLPTraceExporter({ url: tracesUrl(endpoint), timeoutMillis: sendTimeoutMs });
  const processor = new BatchSpanProcessor({
    exporter,
    scheduledDelayMillis: sendIntervalMs,
    exportTimeoutMillis: sendTimeoutMs,
    maxQueueSize: maxWaitingSpans,
  });
  return recordSpans(service, ratio, processor);
}

/** Makes the spans of this process, which the processor takes. Disposing hands over those that have ended. */
export function recordSpans(service: string, ratio: number, processor: SpanProcessor): AsyncDisposable {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ [attributes.serviceName]: service, [attributes.processPid]: process.pid }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [processor],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const tracing = traceWith(provider.getTracer('contract-reviewer'));
  return {
    async [Symbol.asyncDispose]() {
      tracing[Symbol.dispose]();
      context.disable();
      const timeout = Promise.withResolvers<void>();
      const timer = setTimeout(timeout.resolve, shutdownTimeoutMs);
      await Promise.race([provider.shutdown(), timeout.promise]);
      clearTimeout(timer);
    },
  };
}

function tracesUrl(endpoint: URL): string {
  return `${endpoint.href.replace(/\/$/, '')}/v1/traces`;
}

/** What the SDK has to say; its texts name receivers and sizes, and no span. */
function diagnosticsTo(logger: Logger) {
  const warn = (message: string) => logger.warn({ error: message }, 'spans are not delivered');
  const ignore = () => undefined;
  return { error: warn, warn, info: ignore, debug: ignore, verbose: ignore };
}
