import { SpanKind } from '@opentelemetry/api';
import { attributes } from './names.ts';
import { failSpan, isInSpan } from './spans.ts';
import { currentTracer } from './tracing.ts';

/** A command on its way to Redis. */
interface SentCommand {
  readonly name: string;
  readonly promise: Promise<unknown>;
}

/** Has the command's time recorded: its name, and neither keys nor values. */
export function traceCommand({ name, promise }: SentCommand): void {
  const tracer = currentTracer();
  if (!tracer || !isInSpan()) return;
  const operation = name.toUpperCase();
  const span = tracer.startSpan(operation, {
    kind: SpanKind.CLIENT,
    attributes: { [attributes.dbSystem]: 'redis', [attributes.dbOperation]: operation },
  });
  promise.then(
    () => span.end(),
    (error: unknown) => {
      failSpan(span, error);
      span.end();
    },
  );
}
