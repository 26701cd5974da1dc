export type DocumentErrorKind =
  | 'document_not_found'
  | 'permission_denied'
  | 'session_is_narrowed'
  | 'grant_not_found'
  | 'user_not_found'
  | 'user_disabled'
  | 'user_is_owner'
  | 'too_many_grants'
  | 'version_mismatch'
  | 'empty_file'
  | 'file_too_large'
  | 'unsupported_file_type'
  | 'dangerous_file'
  | 'file_not_kept'
  | 'text_not_ready'
  | 'document_needs_ocr'
  | 'document_unreadable';

/** A rule of this service that a call would break. The message and the facts are for the caller. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly kind: DocumentErrorKind;
  readonly facts: Readonly<Record<string, string>>;

  constructor(kind: DocumentErrorKind, message: string, facts: Readonly<Record<string, string>> = {}) {
    super(message);
    this.kind = kind;
    this.facts = facts;
  }
}

/** Also the answer for a document that is none of the caller's business: that it exists is a secret. */
export function documentNotFound(): DocumentError {
  return new DocumentError('document_not_found', 'There is no document of that id.');
}

export function grantNotFound(): DocumentError {
  return new DocumentError('grant_not_found', 'The document is not shared with that user.');
}
