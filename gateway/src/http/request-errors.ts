import { type FieldViolation, invalidArgument, type StatusCode, StatusError } from '@contract-reviewer/platform/errors';
import type { FastifyError, FastifySchemaValidationError } from 'fastify';

interface Refusal {
  code: StatusCode;
  reason: string;
  message: string;
}

/** What Fastify refuses before a route sees it. See https://fastify.dev/docs/latest/Reference/Errors/. */
const refusals: Readonly<Record<string, Refusal>> = {
  FST_ERR_BAD_URL: {
    code: 'INVALID_ARGUMENT',
    reason: 'MALFORMED_URL',
    message: 'The path is not well-formed: write a percent sign as %25.',
  },
  FST_ERR_MAX_PARAM_LENGTH: {
    code: 'INVALID_ARGUMENT',
    reason: 'URI_TOO_LONG',
    message: 'A part of the path is longer than any id.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'INVALID_ARGUMENT',
    reason: 'UNSUPPORTED_MEDIA_TYPE',
    message: 'Send JSON with "Content-Type: application/json", and files to /api/upload as multipart/form-data.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'RESOURCE_EXHAUSTED',
    reason: 'BODY_TOO_LARGE',
    message: 'The body is larger than 1 MiB. Files go to /api/upload as multipart/form-data.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'INVALID_ARGUMENT',
    reason: 'MALFORMED_BODY',
    message: 'The body is not as long as Content-Length says.',
  },
};

/** Any error in the terms that problems are made of. What nobody foresaw is INTERNAL, with the error as its cause. */
export function statusErrorOf(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  const { code = '', validation, validationContext, statusCode } = error as Partial<FastifyError>;
  if (validation) return invalidArgument(validation.flatMap((fault) => violationsOf(fault, validationContext)));

  const refusal = refusals[code];
  if (refusal) return new StatusError(refusal.code, refusal.message, { reason: refusal.reason, cause: error });
  // Such as a connection that breaks while the body is read.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new StatusError('INVALID_ARGUMENT', 'The request cannot be read.', { reason: 'BAD_REQUEST', cause: error });
  }
  return new StatusError('INTERNAL', 'Something went wrong on our side. Quote the request id when you report it.', {
    reason: 'INTERNAL',
    cause: error,
  });
}

/** A schema's complaint in the words of people who write requests. */
function violationsOf(
  { keyword, instancePath, params, message }: FastifySchemaValidationError,
  context = 'body',
): FieldViolation[] {
  const path = instancePath.slice(1).replaceAll('/', '.');
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  switch (keyword) {
    case 'boolean':
      // The same complaint as additionalProperties makes, once more.
      return [];
    case 'additionalProperties':
      return namesIn(params.additionalProperties).map((name) => ({
        field: at(name),
        description: `is not known here; see /docs for what the ${whereOf(context)} may hold`,
      }));
    case 'required':
      return namesIn(params.requiredProperties).map((name) => ({ field: at(name), description: 'is required' }));
    case 'enum':
      return [{ field: path, description: `must be one of ${namesIn(params.allowedValues).join(', ')}` }];
    default:
      return [{ field: path === '' ? whereOf(context) : path, description: message ?? 'is not accepted' }];
  }
}

function whereOf(context: string): string {
  return context === 'querystring' ? 'query' : context;
}

function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
