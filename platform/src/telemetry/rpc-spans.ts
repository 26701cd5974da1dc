import { context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { StatusError } from '../errors.ts';
import { attributes } from './names.ts';
import { failSpan, isInSpan, runInSpan } from './spans.ts';
import { contextOf, spanContextIn } from './trace-context.ts';
import { currentTracer } from './tracing.ts';

/** Asked all the time by machines. */
const untracedService = '/grpc.health.';

/** Statuses that are the server's own fault: https://opentelemetry.io/docs/specs/semconv/rpc/grpc/. */
const serverFaults: ReadonlySet<string> = new Set([
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

/** Makes a call within its span. @param path `/package.Service/Method` */
export function traceCall<T>(path: string, call: () => Promise<T>): Promise<T> {
  const tracer = currentTracer();
  if (!tracer || !isInSpan()) return call();
  return runInSpan(tracer, methodOf(path), startOf(path, SpanKind.CLIENT), (span) => withStatus(span, call));
}

/** The same for a call that is answered by a stream: its span is over when the stream is. */
export function traceStream<T>(path: string, call: () => AsyncIterable<T>): AsyncIterable<T> {
  const tracer = currentTracer();
  if (!tracer || !isInSpan()) return call();
  return streamInSpan(() => tracer.startSpan(methodOf(path), startOf(path, SpanKind.CLIENT)), call);
}

/** Serves a call within its span, a child of the span that its caller names. */
export function traceServing<T>(
  { method, traceparent }: { method: string; traceparent: string | undefined },
  serve: () => Promise<T>,
): Promise<T> {
  const tracer = currentTracer();
  if (!tracer || method.startsWith(untracedService)) return serve();
  const span = tracer.startSpan(
    methodOf(method),
    startOf(method, SpanKind.SERVER),
    contextOf(spanContextIn(traceparent)),
  );
  return context.with(trace.setSpan(context.active(), span), async () => {
    try {
      return await withStatus(span, serve);
    } catch (error) {
      if (!(error instanceof StatusError) || serverFaults.has(error.code)) failSpan(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

async function* streamInSpan<T>(start: () => Span, call: () => AsyncIterable<T>): AsyncGenerator<T> {
  const span = start();
  const within = trace.setSpan(context.active(), span);
  const answers = context.with(within, () => call()[Symbol.asyncIterator]());
  try {
    while (true) {
      // A generator runs in the context of whoever asks it to go on.
      const answer = await context.with(within, () => answers.next());
      if (answer.done) break;
      yield answer.value;
    }
    span.setAttribute(attributes.rpcStatusCode, 'OK');
  } catch (error) {
    setStatusCode(span, error);
    failSpan(span, error);
    throw error;
  } finally {
    await answers.return?.();
    span.end();
  }
}

async function withStatus<T>(span: Span, call: () => Promise<T>): Promise<T> {
  try {
    const answer = await call();
    span.setAttribute(attributes.rpcStatusCode, 'OK');
    return answer;
  } catch (error) {
    setStatusCode(span, error);
    throw error;
  }
}

function setStatusCode(span: Span, error: unknown): void {
  if (error instanceof StatusError) span.setAttribute(attributes.rpcStatusCode, error.code);
  else span.setStatus({ code: SpanStatusCode.ERROR });
}

function startOf(path: string, kind: SpanKind) {
  return { kind, attributes: { [attributes.rpcSystem]: 'grpc', [attributes.rpcMethod]: methodOf(path) } };
}

function methodOf(path: string): string {
  return path.slice(1);
}
