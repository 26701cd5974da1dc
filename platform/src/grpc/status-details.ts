import type { Any } from '@contract-reviewer/proto/google/protobuf/any';
import { BadRequest, ErrorInfo, RetryInfo } from '@contract-reviewer/proto/google/rpc/error_details';
import { Status } from '@contract-reviewer/proto/google/rpc/status';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { type StatusCode, StatusError, type StatusErrorOptions, statusCodes, unavailable } from '../errors.ts';
import { toDuration, toMilliseconds } from './duration.ts';
import { doNotRetry, pushbackTrailer } from './retry-policy.ts';

/**
 * The richer error model of gRPC: a google.rpc.Status in the trailer `grpc-status-details-bin`.
 * See https://grpc.io/docs/guides/error/ and https://google.aip.dev/193.
 */
const detailsKey = 'grpc-status-details-bin';
const domain = 'contractreviewer';
const typePrefix = 'type.googleapis.com/google.rpc.';

/** The trailers and status that a server ends a failed call with. */
export function toServiceError(error: StatusError, trailers = new Metadata()): ServiceError {
  trailers.set(detailsKey, encodeStatus(error));
  if (error.code === 'UNAVAILABLE') trailers.set(pushbackTrailer, doNotRetry);
  const outcome = { code: statusCodes[error.code], details: error.message, metadata: trailers };
  return Object.assign(new Error(error.message), outcome);
}

/** The error as a google.rpc.Status. */
export function encodeStatus(error: StatusError): Buffer {
  const details = [pack('ErrorInfo', ErrorInfo.encode({ reason: error.reason, domain, metadata: error.metadata }))];
  if (error.fieldViolations.length > 0) {
    details.push(pack('BadRequest', BadRequest.encode({ fieldViolations: [...error.fieldViolations] })));
  }
  if (error.retryAfterMs !== undefined) {
    details.push(pack('RetryInfo', RetryInfo.encode({ retryDelay: toDuration(error.retryAfterMs) })));
  }
  const status: Status = { code: statusCodes[error.code], message: error.message, details };
  return Buffer.from(Status.encode(status).finish());
}

/** What a client makes of a failed call: the server's StatusError again, reasons and violations included. */
export function fromServiceError(error: ServiceError): StatusError {
  const code = codeName(error.code);
  const [encoded] = error.metadata?.get(detailsKey) ?? [];
  if (!Buffer.isBuffer(encoded)) return withoutDetails(code, error);
  try {
    return new StatusError(code, error.details, { reason: code, cause: error, ...readDetails(encoded) });
  } catch {
    // Not from one of our servers, whose text may be told.
    return withoutDetails(code, error);
  }
}

/** The error that a google.rpc.Status stands for. @throws {Error} when it is none */
export function decodeStatus(encoded: Buffer): StatusError {
  const { code, message } = Status.decode(encoded);
  const name = codeName(code);
  return new StatusError(name, message, { reason: name, ...readDetails(encoded) });
}

/** @throws {Error} when it is no google.rpc.Status */
function readDetails(encoded: Buffer): Partial<StatusErrorOptions> {
  const options: Partial<StatusErrorOptions> = {};
  for (const { typeUrl, value } of Status.decode(encoded).details) {
    switch (typeUrl) {
      case `${typePrefix}ErrorInfo`: {
        const info = ErrorInfo.decode(value);
        options.reason = info.reason;
        options.metadata = info.metadata;
        break;
      }
      case `${typePrefix}BadRequest`:
        options.fieldViolations = BadRequest.decode(value).fieldViolations;
        break;
      case `${typePrefix}RetryInfo`: {
        const { retryDelay } = RetryInfo.decode(value);
        if (retryDelay) options.retryAfterMs = toMilliseconds(retryDelay);
        break;
      }
      default: // A detail of a later version says nothing to this one.
    }
  }
  return options;
}

/** A failure that gRPC made up itself. Its text may name hosts and ports, which is for the log alone. */
function withoutDetails(code: StatusCode, cause: ServiceError): StatusError {
  switch (code) {
    case 'UNAVAILABLE':
      return unavailable('A service that this needs does not answer. Try again shortly.', cause);
    case 'DEADLINE_EXCEEDED':
      return new StatusError(code, 'The call took longer than its deadline allows.', { reason: code, cause });
    case 'CANCELLED':
      return new StatusError(code, 'The call was cancelled.', { reason: code, cause });
    case 'RESOURCE_EXHAUSTED':
    case 'UNIMPLEMENTED':
      return new StatusError(code, cause.details, { reason: code, cause });
    default:
      return new StatusError(code, 'Something went wrong between the services.', { reason: code, cause });
  }
}

function pack(type: string, message: { finish(): Uint8Array }): Any {
  return { typeUrl: typePrefix + type, value: Buffer.from(message.finish()) };
}

const namesByNumber = new Map(Object.entries(statusCodes).map(([name, number]) => [number, name as StatusCode]));

function codeName(code: number): StatusCode {
  return namesByNumber.get(code as (typeof statusCodes)[StatusCode]) ?? 'UNKNOWN';
}
