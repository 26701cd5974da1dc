export type SessionErrorKind =
  | 'invalid_credentials'
  | 'too_many_attempts'
  | 'invalid_session'
  | 'guessable_password'
  | 'email_taken'
  | 'user_not_found'
  | 'session_not_found'
  | 'service_account_not_found'
  | 'service_account_disabled'
  | 'credential_not_found'
  | 'name_taken'
  | 'too_many_credentials'
  | 'not_an_administrator'
  | 'not_a_person'
  | 'session_is_narrowed'
  | 'wider_than_own_session'
  | 'last_administrator'
  | 'audit_log_sealed_meanwhile'
  | 'audit_log_altered'
  | 'audit_log_busy'
  | 'archive_mismatch';

/** A rule of this service that a call would break. The message is for the caller. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
  readonly kind: SessionErrorKind;
  /** After how many milliseconds the same call may succeed. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: SessionErrorKind, message: string, options: { retryAfterMs?: number } = {}) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }
}
