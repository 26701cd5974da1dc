/** Something that happened, as the audit log keeps it. */
export interface AuditEvent {
  /** A UUID, made where it happened. */
  eventId: string;
  /** `session_created`, `document_uploaded`, ... */
  type: string;
  occurredAt: Date;
  /** The service in which it happened. */
  service: string;
  userId?: string;
  sessionId?: string;
  documentId?: string;
  analysisId?: string;
  /** Further facts; never contract text or secrets. */
  details: Record<string, unknown>;
}

/** What to look for; an absent field matches everything. */
export interface AuditFilter {
  type?: string;
  userId?: string;
  documentId?: string;
  analysisId?: string;
}
