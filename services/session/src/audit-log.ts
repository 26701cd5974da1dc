import { requireAdministrator } from './accounts.ts';
import type { AuditEvent, AuditFilter } from './domain/audit-event.ts';
import type { Session } from './domain/session.ts';
import type { AuditPage, AuditStore } from './storage/audit-store.ts';

/** The record of who did what, when. */
export class AuditLog {
  readonly #store: AuditStore;

  constructor(store: AuditStore) {
    this.#store = store;
  }

  /** Takes events of other services; one that is already there changes nothing. */
  record(events: readonly AuditEvent[]): Promise<void> {
    return this.#store.append(events);
  }

  /** @throws {SessionError} not_an_administrator */
  async list(own: Session, filter: AuditFilter, page: { limit: number; offset: number }): Promise<AuditPage> {
    requireAdministrator(own);
    return this.#store.list(filter, page);
  }
}
