import { type StatusCode, StatusError } from '@contract-reviewer/platform/errors';
import { DocumentError, type DocumentErrorKind } from '../domain/errors.ts';

const codes: Record<DocumentErrorKind, StatusCode> = {
  document_not_found: 'NOT_FOUND',
  permission_denied: 'PERMISSION_DENIED',
  session_is_narrowed: 'PERMISSION_DENIED',
  grant_not_found: 'NOT_FOUND',
  user_not_found: 'NOT_FOUND',
  user_disabled: 'FAILED_PRECONDITION',
  user_is_owner: 'FAILED_PRECONDITION',
  too_many_grants: 'FAILED_PRECONDITION',
  version_mismatch: 'ABORTED',
  empty_file: 'INVALID_ARGUMENT',
  file_too_large: 'OUT_OF_RANGE',
  unsupported_file_type: 'INVALID_ARGUMENT',
  dangerous_file: 'INVALID_ARGUMENT',
  file_not_kept: 'FAILED_PRECONDITION',
  text_not_ready: 'FAILED_PRECONDITION',
  document_needs_ocr: 'FAILED_PRECONDITION',
  document_unreadable: 'FAILED_PRECONDITION',
};

/** Only these go away by themselves. */
const retryAfterMs: Partial<Record<DocumentErrorKind, number>> = { text_not_ready: 1000 };

/** This service's errors as gRPC says them; undefined for errors of others. */
export function translateError(error: unknown): StatusError | undefined {
  if (!(error instanceof DocumentError)) return undefined;
  const { kind, message, facts } = error;
  const retry = retryAfterMs[kind];
  return new StatusError(codes[kind], message, {
    reason: kind.toUpperCase(),
    metadata: { ...facts },
    ...(retry === undefined ? {} : { retryAfterMs: retry }),
    cause: error,
  });
}
