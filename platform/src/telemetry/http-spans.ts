import { context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { attributes } from './names.ts';
import { contextOf, spanContextIn } from './trace-context.ts';
import { currentTracer } from './tracing.ts';

export interface TracedRequest {
  method: string;
  /** The route's pattern. Never the path: anybody can put anything into that. */
  route: string;
  scheme: string;
  requestId: string;
  /** As the client sent it. */
  traceparent: string | undefined;
}

/** The span of a request that is being served. */
export class RequestSpan {
  readonly #span: Span;

  constructor(span: Span) {
    this.#span = span;
  }

  /** What is begun in here is a child of this span. */
  run(serve: () => void): void {
    context.with(trace.setSpan(context.active(), this.#span), serve);
  }

  /** @param status the HTTP status that the request was answered with */
  end(status: number): void {
    this.#span.setAttribute(attributes.httpStatusCode, status);
    if (status >= 500) {
      this.#span.setAttribute(attributes.errorType, String(status));
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end();
  }
}

/** Begins the span of a request, a child of the one that its client names; undefined where nothing is traced. */
export function startRequestSpan(describe: () => TracedRequest): RequestSpan | undefined {
  const tracer = currentTracer();
  if (!tracer) return undefined;
  const { method, route, scheme, requestId, traceparent } = describe();
  const options = {
    kind: SpanKind.SERVER,
    attributes: {
      [attributes.httpRequestMethod]: method,
      [attributes.httpRoute]: route,
      [attributes.urlScheme]: scheme,
      [attributes.requestId]: requestId,
    },
  };
  return new RequestSpan(tracer.startSpan(`${method} ${route}`, options, contextOf(spanContextIn(traceparent))));
}
