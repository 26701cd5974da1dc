import { STATUS_CODES } from 'node:http';
import type { StatusCode, StatusError } from '@contract-reviewer/platform/errors';
import { cacheTrailer, requestIdKey } from '@contract-reviewer/platform/grpc/metadata-keys';
import type { FastifyReply } from 'fastify';
import { securityHeaders } from './security-headers.ts';

/** What a failed request is answered with. See https://www.rfc-editor.org/rfc/rfc9457. */
export interface Problem {
  type: 'about:blank';
  title: string;
  status: number;
  detail: string;
  /** A constant that programs can switch on, for example `DOCUMENT_NOT_FOUND`. */
  reason: string;
  request_id: string;
  errors?: { field: string; detail: string }[];
}

const problemType = 'application/problem+json';

/** What would be wrong about a problem, where there was to be another answer. */
const headersOfResults = [cacheTrailer, 'etag', 'cache-control', 'content-disposition', 'content-length'];

const statuses: Record<StatusCode, number> = {
  INVALID_ARGUMENT: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  FAILED_PRECONDITION: 409,
  ABORTED: 412,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  UNKNOWN: 500,
  INTERNAL: 500,
  DATA_LOSS: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

/** Where HTTP has a finer word than gRPC. */
const statusesOfReasons: Readonly<Record<string, number>> = {
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  BODY_TOO_LARGE: 413,
  FILE_TOO_LARGE: 413,
  URI_TOO_LONG: 414,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNSUPPORTED_FILE_TYPE: 415,
  EXPECTATION_FAILED: 417,
  DANGEROUS_FILE: 422,
  HEADERS_TOO_LARGE: 431,
};

export function problemOf(error: StatusError, requestId: string): Problem {
  const status = statusesOfReasons[error.reason] ?? statuses[error.code];
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Client Closed Request',
    status,
    detail: error.message,
    reason: error.reason,
    request_id: requestId,
    ...(error.fieldViolations.length === 0
      ? {}
      : { errors: error.fieldViolations.map(({ field, description }) => ({ field, detail: description })) }),
  };
}

/** The headers that a problem is sent with. */
export function problemHeaders(error: StatusError, { status, request_id }: Problem): Record<string, string> {
  const retryAfterMs = error.retryAfterMs ?? (status === 503 ? 1000 : undefined);
  return {
    ...securityHeaders,
    'content-type': problemType,
    [requestIdKey]: request_id,
    ...(status === 401 ? { 'www-authenticate': 'Bearer realm="contract-reviewer"' } : {}),
    ...(retryAfterMs === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }),
  };
}

export function sendProblem(reply: FastifyReply, error: StatusError): FastifyReply {
  return reply.send(makeProblem(reply, error));
}

/** Makes an answer of which nothing has been sent one that says what is wrong. @returns its body */
export function makeProblem(reply: FastifyReply, error: StatusError): string {
  const problem = problemOf(error, reply.request.id);
  for (const name of headersOfResults) reply.removeHeader(name);
  reply.code(problem.status).headers(problemHeaders(error, problem));
  return JSON.stringify(problem);
}
