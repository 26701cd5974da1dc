import type { AuditEvent, AuditFilter } from '../domain/audit-event.ts';

export interface AuditPage {
  events: AuditEvent[];
  /** How many events match the filter, on all pages. */
  totalCount: number;
}

/** The audit log: it only grows. */
export interface AuditStore {
  /** Adds events in the given order; one whose id is already there changes nothing. */
  append(events: readonly AuditEvent[]): Promise<void>;

  /** Matching events, the newest first. */
  list(filter: AuditFilter, page: { limit: number; offset: number }): Promise<AuditPage>;
}
