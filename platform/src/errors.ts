/**
 * Errors with two faces: what the caller is told, and what the log keeps.
 *
 * Services raise their own domain errors and translate them in `grpc/errors.ts`; this is what they translate to.
 */

/** The gRPC status codes that this system answers with, by their canonical names. */
export const statusCodes = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export type StatusCode = keyof typeof statusCodes;

export interface FieldViolation {
  /** The field's name on the wire, for example `document_id`. */
  field: string;
  /** What is wrong with it and what is accepted. */
  description: string;
}

export interface StatusErrorOptions {
  /** A constant in UPPER_SNAKE_CASE that programs can switch on, for example `DOCUMENT_NOT_FOUND`. */
  reason: string;
  /** Facts that go with the reason; shown to the caller. */
  metadata?: Record<string, string>;
  fieldViolations?: readonly FieldViolation[];
  /** How long the caller should wait before trying again. */
  retryAfterMs?: number;
  /** For the log only. */
  cause?: unknown;
}

/** A failed call: `message` and the options other than `cause` are public, so they hold nothing internal. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: StatusCode;
  readonly reason: string;
  readonly metadata: Record<string, string>;
  readonly fieldViolations: readonly FieldViolation[];
  readonly retryAfterMs: number | undefined;

  constructor(code: StatusCode, message: string, options: StatusErrorOptions) {
    super(message, { cause: options.cause });
    this.code = code;
    this.reason = options.reason;
    this.metadata = options.metadata ?? {};
    this.fieldViolations = options.fieldViolations ?? [];
    this.retryAfterMs = options.retryAfterMs;
  }
}

export function invalidArgument(violations: readonly FieldViolation[]): StatusError {
  const message = violations.map(({ field, description }) => `${field}: ${description}`).join('; ');
  return new StatusError('INVALID_ARGUMENT', message, { reason: 'INVALID_REQUEST', fieldViolations: violations });
}

/** For a call that no server has answered within its time. */
export function outOfTime(): StatusError {
  return new StatusError('DEADLINE_EXCEEDED', 'A service did not answer in time.', { reason: 'DEADLINE_EXCEEDED' });
}

/** Something this process depends on does not answer; the same call may succeed after `retryAfterMs`. */
export function unavailable(message: string, cause?: unknown, retryAfterMs = 1000): StatusError {
  return new StatusError('UNAVAILABLE', message, { reason: 'DEPENDENCY_UNAVAILABLE', retryAfterMs, cause });
}
