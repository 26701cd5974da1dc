/** Something that happened, on its way into the audit log. */
export interface AuditEvent {
  /** A UUID, made where it happened. */
  eventId: string;
  /** `session_created`, `document_uploaded`, ... */
  type: string;
  occurredAt: Date;
  /** The service in which it happened. */
  service: string;
  /** `allowed` or `denied`. */
  outcome: string;
  userId?: string;
  sessionId?: string;
  documentId?: string;
  analysisId?: string;
  /** Further facts; never contract text or secrets. */
  details: Record<string, unknown>;
}

/** The same as the audit log keeps it. */
export interface RecordedEvent extends AuditEvent {
  /** Its place in the log, from 0. */
  sequence: number;
  /** `userId` and `sessionId` were erased on request. */
  actorErased: boolean;
  /** `documentId`, `analysisId` and `details` were erased on request. */
  contentErased: boolean;
}

/** What to look for; an absent field matches everything. */
export interface AuditFilter {
  type?: string;
  outcome?: string;
  userId?: string;
  sessionId?: string;
  documentId?: string;
  analysisId?: string;
  /** At or after this moment. */
  from?: Date;
  /** Before this moment. */
  until?: Date;
}
