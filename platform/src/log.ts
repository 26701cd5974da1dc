import { type DestinationStream, type Logger, pino } from 'pino';
import { currentRequest } from './request-context.ts';
import { activeSpanContext } from './telemetry/trace-context.ts';

export type { Logger } from 'pino';

export interface LogOptions {
  /** The process, for example `document`. */
  service: string;
  level: string;
  /** Where the lines go; standard output unless told otherwise. */
  destination?: DestinationStream;
}

const secrets = ['token', 'password', 'authorization'];
/** Errors of the stores carry these: the row that PostgreSQL refused, and what was sent to Redis. */
const storedContent = ['err.detail', 'err.where', 'err.internalQuery', 'err.command'];
const redacted = [...secrets, ...secrets.map((name) => `*.${name}`), ...storedContent];

/**
 * Structured logs, one JSON object a line, with the ids of the request that is being served and of its trace.
 *
 * What is logged: ids, sizes, codes and durations. Never contract text, tokens or passwords; the redaction is a net
 * under that rule, not the rule.
 */
export function createLogger({ service, level, destination }: LogOptions): Logger {
  const options = {
    level,
    base: { service },
    redact: { paths: redacted, remove: true },
    mixin: () => {
      const request = currentRequest();
      const span = activeSpanContext();
      return {
        ...(request && { request_id: request.requestId }),
        ...(span && { trace_id: span.traceId, span_id: span.spanId }),
      };
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
