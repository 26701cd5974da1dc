/** Whether what somebody wanted happened, or was refused to them. */
export const outcomes = ['allowed', 'denied'] as const;
export type Outcome = (typeof outcomes)[number];

interface AuditEventTypeDescription {
  /** The services that record it. */
  services: readonly ('document' | 'analysis' | 'session')[];
  outcome: Outcome;
  /** When it is recorded. */
  when: string;
  /** The members of `details` that it may have. */
  details: readonly string[];
}

const all = ['document', 'analysis', 'session'] as const;

/**
 * Everything that is recorded, and nothing else is. docs/audit-log.md shows the same table, and a test has every type
 * recorded by the running services.
 */
export const auditEventTypes = {
  session_created: {
    services: ['session'],
    outcome: 'allowed',
    when: 'Somebody logged in, or made a narrower session from their own.',
    details: ['permissions', 'origin'],
  },
  login_failed: {
    services: ['session'],
    outcome: 'denied',
    when: 'A login was refused: unknown address, wrong password, or disabled account (the user is named if there is one).',
    details: ['suppressed'],
  },
  password_attempt_throttled: {
    services: ['session'],
    outcome: 'denied',
    when: 'A password was not looked at, because too many had been tried (the user is named if there is one).',
    details: ['suppressed'],
  },
  session_revoked: {
    services: ['session'],
    outcome: 'allowed',
    when: 'A session was ended by its user, or with the one that it was made from.',
    details: [],
  },
  password_changed: {
    services: ['session'],
    outcome: 'allowed',
    when: 'A user changed their password; their other sessions ended with it.',
    details: [],
  },
  password_change_refused: {
    services: ['session'],
    outcome: 'denied',
    when: 'A user gave a wrong current password.',
    details: ['suppressed'],
  },
  user_created: {
    services: ['session'],
    outcome: 'allowed',
    when: 'An administrator made an account, or the system made its first one.',
    details: ['created_user_id', 'role'],
  },
  user_updated: {
    services: ['session'],
    outcome: 'allowed',
    when: 'An administrator disabled or enabled an account, changed its role or reset its password.',
    details: ['updated_user_id', 'disabled', 'role', 'password'],
  },
  service_account_created: {
    services: ['session'],
    outcome: 'allowed',
    when: 'An administrator made a service account.',
    details: ['service_account_id', 'scopes'],
  },
  service_account_updated: {
    services: ['session'],
    outcome: 'allowed',
    when: 'An administrator disabled or enabled a service account, or changed its scopes.',
    details: ['service_account_id', 'disabled', 'scopes'],
  },
  service_account_deleted: {
    services: ['session'],
    outcome: 'allowed',
    when: 'An administrator removed a service account; its credentials ended with it.',
    details: ['service_account_id'],
  },
  credential_created: {
    services: ['session'],
    outcome: 'allowed',
    when: 'An administrator gave a service account a further credential.',
    details: ['service_account_id', 'credential_id', 'expires_at'],
  },
  credential_revoked: {
    services: ['session'],
    outcome: 'allowed',
    when: 'An administrator ended a credential of a service account.',
    details: ['service_account_id', 'credential_id'],
  },
  document_uploaded: {
    services: ['document'],
    outcome: 'allowed',
    when: 'A document was stored.',
    details: ['content_type', 'size_bytes', 'sha256'],
  },
  upload_refused: {
    services: ['document'],
    outcome: 'denied',
    when: 'A file was not taken: empty, too large, of a type that is not read, or dangerous.',
    details: ['reason', 'suppressed'],
  },
  document_updated: {
    services: ['document'],
    outcome: 'allowed',
    when: 'The filename or the metadata of a document were changed.',
    details: ['changed'],
  },
  document_deleted: {
    services: ['document'],
    outcome: 'allowed',
    when: 'A document was deleted, and with it its text, its reviews and its content.',
    details: [],
  },
  grant_changed: {
    services: ['document'],
    outcome: 'allowed',
    when: 'A document was shared with a user, or what they may do with it was changed.',
    details: ['grantee_id', 'permissions'],
  },
  grant_removed: {
    services: ['document'],
    outcome: 'allowed',
    when: 'What a user was granted on a document was taken back, or given up. (What goes with a document is recorded as document_deleted.)',
    details: ['grantee_id'],
  },
  document_downloaded: {
    services: ['document'],
    outcome: 'allowed',
    when: 'The original file of a document was given out; recorded before its first byte.',
    details: [],
  },
  document_text_read: {
    services: ['document'],
    outcome: 'allowed',
    when: 'The text of a document was given to a user, or to the analysis service for the analysis that it names.',
    details: [],
  },
  analysis_requested: {
    services: ['analysis'],
    outcome: 'allowed',
    when: 'A review was begun. A request that is answered with a finished review changes nothing and is not recorded.',
    details: ['analysis_type', 'engine', 'position', 'force', 'allow_fallback'],
  },
  analysis_completed: {
    services: ['analysis'],
    outcome: 'allowed',
    when: 'The result of a review was stored.',
    details: ['status', 'engine', 'engine_version', 'processing_time_ms'],
  },
  analysis_failed: {
    services: ['analysis'],
    outcome: 'allowed',
    when: 'A review ended without a result.',
    details: ['engine', 'reason'],
  },
  analysis_cancelled: {
    services: ['analysis'],
    outcome: 'allowed',
    when: 'A review was ended by a user, or because its document was deleted.',
    details: ['engine', 'reason'],
  },
  report_downloaded: {
    services: ['analysis'],
    outcome: 'allowed',
    when: 'A review was given out as a file; recorded before its first byte.',
    details: ['format'],
  },
  access_denied: {
    services: all,
    outcome: 'denied',
    when: 'A call was refused because its caller lacks the permission, or asked for what is none of theirs or does not exist.',
    details: ['method', 'reason', 'suppressed'],
  },
  cache_repaired: {
    services: all,
    outcome: 'allowed',
    when: 'A consistency check removed entries from the cache.',
    details: ['stale', 'orphaned', 'undecodable', 'dangling'],
  },
  migration_backfilled: {
    services: ['document', 'analysis'],
    outcome: 'allowed',
    when: 'What the first version keeps in its own Redis was copied, by an administrator.',
    details: ['scanned', 'imported', 'unchanged', 'setAside', 'unowned', 'superseded', 'expired', 'placeholders'],
  },
  migration_advanced: {
    services: ['document', 'analysis'],
    outcome: 'allowed',
    when: 'The move away from the first version went on to its next phase.',
    details: ['from', 'to'],
  },
  migration_rolled_back: {
    services: ['document', 'analysis'],
    outcome: 'allowed',
    when: 'The move away from the first version went back to an earlier phase.',
    details: ['from', 'to'],
  },
  audit_log_exported: {
    services: ['session'],
    outcome: 'allowed',
    when: 'An administrator exported the audit log; recorded when the export begins.',
    details: ['before'],
  },
  audit_log_sealed: {
    services: ['session'],
    outcome: 'allowed',
    when: 'Entries were removed from the table after they had been written to an archive.',
    details: ['first_sequence', 'sealed_size', 'root_hash', 'archive_sha256'],
  },
  audit_key_added: {
    services: ['session'],
    outcome: 'allowed',
    when: 'The log got its first key, or a new one.',
    details: ['key_id', 'predecessor_key_id'],
  },
  personal_data_erased: {
    services: ['session'],
    outcome: 'allowed',
    when: 'Personal data was erased from entries on request.',
    details: ['actor_erased', 'content_erased'],
  },
} as const satisfies Record<string, AuditEventTypeDescription>;

export type AuditEventType = keyof typeof auditEventTypes;

/** Events of earlier releases come without an outcome; a type that this release does not know was allowed. */
export function outcomeOf(type: string): Outcome {
  return type in auditEventTypes ? auditEventTypes[type as AuditEventType].outcome : 'allowed';
}
