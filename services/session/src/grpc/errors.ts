import { type StatusCode, StatusError } from '@contract-reviewer/platform/errors';
import { SessionError, type SessionErrorKind } from '../domain/errors.ts';

const codes: Record<SessionErrorKind, StatusCode> = {
  invalid_credentials: 'UNAUTHENTICATED',
  too_many_attempts: 'RESOURCE_EXHAUSTED',
  invalid_session: 'UNAUTHENTICATED',
  guessable_password: 'INVALID_ARGUMENT',
  email_taken: 'ALREADY_EXISTS',
  user_not_found: 'NOT_FOUND',
  session_not_found: 'NOT_FOUND',
  service_account_not_found: 'NOT_FOUND',
  service_account_disabled: 'FAILED_PRECONDITION',
  credential_not_found: 'NOT_FOUND',
  name_taken: 'ALREADY_EXISTS',
  too_many_credentials: 'FAILED_PRECONDITION',
  not_an_administrator: 'PERMISSION_DENIED',
  not_a_person: 'PERMISSION_DENIED',
  session_is_narrowed: 'PERMISSION_DENIED',
  wider_than_own_session: 'PERMISSION_DENIED',
  last_administrator: 'FAILED_PRECONDITION',
  audit_log_sealed_meanwhile: 'ABORTED',
  audit_log_altered: 'FAILED_PRECONDITION',
  audit_log_busy: 'RESOURCE_EXHAUSTED',
  archive_mismatch: 'FAILED_PRECONDITION',
};

/** This service's errors as gRPC says them; undefined for errors of others. */
export function translateError(error: unknown): StatusError | undefined {
  if (!(error instanceof SessionError)) return undefined;
  return new StatusError(codes[error.kind], error.message, {
    reason: error.kind.toUpperCase(),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    cause: error,
  });
}
