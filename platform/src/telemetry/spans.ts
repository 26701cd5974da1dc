import {
  type Context,
  context,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { DatabaseError } from 'pg';
import { StatusError } from '../errors.ts';
import { attributes } from './names.ts';

/** Does the work within a span, which is over when the work is. @param parent the active context unless told otherwise */
export async function runInSpan<T>(
  tracer: Tracer,
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<T>,
  parent: Context = context.active(),
): Promise<T> {
  const span = tracer.startSpan(name, options, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => work(span));
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Says of which kind the error is, and never its message, which may quote what a document says. */
export function failSpan(span: Span, error: unknown): void {
  span.setAttribute(attributes.errorType, errorTypeOf(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function errorTypeOf(error: unknown): string {
  if (error instanceof StatusError) return error.code;
  if (error instanceof DatabaseError && error.code !== undefined) return error.code;
  return error instanceof Error ? error.name : typeof error;
}

/** Whether there is a span for others to be children of. What a process does by itself, again and again, has none. */
export function isInSpan(): boolean {
  return trace.getSpanContext(context.active()) !== undefined;
}
