import { randomUUID } from 'node:crypto';

import { type AuditEventType, outcomeOf } from '@contract-reviewer/platform/audit/audit-event-types';
import { requireAuditor } from './administrators.ts';
import type { AuditEvent, AuditFilter } from './domain/audit-event.ts';
import type { Session } from './domain/session.ts';
import type { AuditPage, AuditStore } from './storage/audit-store.ts';

const adoptedAtOnce = 500;

/** The record of who did what, when. */
export class AuditLog {
  readonly #store: AuditStore;

  constructor(store: AuditStore) {
    this.#store = store;
  }

  /** Takes events in; one that was taken before changes nothing. */
  record(events: readonly AuditEvent[]): Promise<void> {
    return this.#store.append(events);
  }

  /** @throws {SessionError} not_an_administrator */
  async list(own: Session, filter: AuditFilter, page: { limit: number; offset: number }): Promise<AuditPage> {
    requireAuditor(own);
    return this.#store.list(filter, page);
  }

  /** Takes over what the release before this one has recorded, and may still record while it runs beside this one. */
  async adoptEarlierEvents(): Promise<void> {
    while ((await this.#store.adoptEarlierEvents(adoptedAtOnce)) === adoptedAtOnce);
  }
}

/** Something that is done to the log itself, and recorded in the same transaction. */
export function auditLogEvent(
  type: AuditEventType,
  { userId, sessionId }: Partial<Pick<AuditEvent, 'userId' | 'sessionId'>>,
  details: Record<string, unknown>,
): AuditEvent {
  return {
    eventId: randomUUID(),
    type,
    occurredAt: new Date(),
    service: 'session',
    outcome: outcomeOf(type),
    ...(userId === undefined ? {} : { userId }),
    ...(sessionId === undefined ? {} : { sessionId }),
    details,
  };
}
