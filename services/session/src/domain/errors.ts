export type SessionErrorKind =
  | 'invalid_credentials'
  | 'invalid_session'
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
  | 'archive_mismatch';

/** A rule of this service that a call would break. The message is for the caller. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
  readonly kind: SessionErrorKind;

  constructor(kind: SessionErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
