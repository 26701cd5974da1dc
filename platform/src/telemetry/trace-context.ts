import {
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { currentTracer } from './tracing.ts';

/** HTTP header and gRPC metadata of the W3C's Trace Context (https://www.w3.org/TR/trace-context/). */
export const traceparentKey = 'traceparent';

const format = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The span that is under way here; undefined where nothing is traced. */
export function activeSpanContext(): SpanContext | undefined {
  if (!currentTracer()) return undefined;
  return trace.getSpanContext(context.active());
}

/** Names the span that is under way to whoever is called, or does what was left for later. */
export function currentTraceparent(): string | undefined {
  const span = activeSpanContext();
  if (!span) return undefined;
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags & TraceFlags.SAMPLED ? '01' : '00'}`;
}

/** The span that a caller names; undefined if it names none as it should, which begins a new trace. */
export function spanContextIn(traceparent: string | undefined): SpanContext | undefined {
  const [, version, traceId, spanId, flags, rest] = format.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  // Later versions may say more; the first may not, and ff is none.
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
  return isSpanContextValid(span) ? span : undefined;
}

/** The context in which the caller's span is the parent of the next one. */
export function contextOf(span: SpanContext | undefined): Context {
  return span ? trace.setSpanContext(ROOT_CONTEXT, span) : ROOT_CONTEXT;
}
