import { type Link, SpanKind } from '@opentelemetry/api';
import { attributes } from './names.ts';
import { isInSpan, runInSpan } from './spans.ts';
import { contextOf, currentTraceparent, spanContextIn } from './trace-context.ts';
import { currentTracer } from './tracing.ts';

/**
 * Queues a job within a span.
 *
 * @param send is told the span, by which whoever does the job names it; undefined where nothing is traced
 */
export function traceSending<T>(queue: string, send: (traceparent: string | undefined) => Promise<T>): Promise<T> {
  const tracer = currentTracer();
  if (!tracer || !isInSpan()) return send(undefined);
  return runInSpan(tracer, `send ${queue}`, described('send', queue, SpanKind.PRODUCER), () =>
    send(currentTraceparent()),
  );
}

/**
 * Does a job within a span: a child of the span that queued it, so that one trace shows what came of a request, and
 * linked to it, as the conventions for messages want it.
 */
export function traceJob<T>(queue: string, traceparent: string | undefined, perform: () => Promise<T>): Promise<T> {
  const tracer = currentTracer();
  if (!tracer) return perform();
  const queued = spanContextIn(traceparent);
  const options = { ...described('process', queue, SpanKind.CONSUMER), links: linksTo([traceparent]) };
  return runInSpan(tracer, `process ${queue}`, options, perform, contextOf(queued));
}

/** Delivers messages of the outbox within a span, linked to the spans in which they were written. */
export function traceDelivery<T>(
  topic: string,
  traceparents: readonly (string | null)[],
  deliver: () => Promise<T>,
): Promise<T> {
  const tracer = currentTracer();
  if (!tracer) return deliver();
  const options = { ...described('deliver', topic, SpanKind.CONSUMER), links: linksTo(traceparents) };
  return runInSpan(tracer, `deliver ${topic}`, options, deliver, contextOf(undefined));
}

function described(operation: 'send' | 'process' | 'deliver', destination: string, kind: SpanKind) {
  return {
    kind,
    attributes: {
      [attributes.messagingSystem]: 'postgresql',
      [attributes.messagingOperationName]: operation,
      [attributes.messagingOperationType]: operation === 'send' ? 'send' : 'process',
      [attributes.messagingDestination]: destination,
    },
  };
}

function linksTo(traceparents: readonly (string | null | undefined)[]): Link[] {
  return [...new Set(traceparents)].flatMap((traceparent) => {
    const context = spanContextIn(traceparent ?? undefined);
    return context ? [{ context }] : [];
  });
}
