import { randomUUID } from 'node:crypto';
import type { AuditEvent, SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import type { GrpcClient } from '../grpc/client.ts';
import type { OutboxTopic } from '../outbox/outbox.ts';
import type { Database, OutboxMessage } from '../pg/database.ts';
import { runDetached } from '../request-context.ts';
import { type AuditEventType, outcomeOf } from './audit-event-types.ts';

/** Something that has just happened, to be recorded. */
export interface NewAuditEvent {
  type: AuditEventType;
  /** The service in which it happened. */
  service: string;
  /** Who did it; absent when nobody was authenticated. */
  userId?: string;
  sessionId?: string;
  documentId?: string;
  analysisId?: string;
  /** Those members that the type may have; never contract text, secrets, or free text of users. */
  details?: Readonly<Record<string, unknown>>;
}

/** An event on its way to the log. */
export type DeliveredAuditEvent = Pick<AuditEvent, 'eventId' | 'type' | 'service'> &
  Pick<NewAuditEvent, 'userId' | 'sessionId' | 'documentId' | 'analysisId'> & {
    outcome: string;
    occurredAt: Date;
    details: Record<string, unknown>;
  };

const topic = 'audit';
const batchSize = 500;

/** An audit event as an outbox message, to be emitted in the transaction of the change that it records. */
export function auditMessage(event: NewAuditEvent): OutboxMessage {
  const id = randomUUID();
  return {
    id,
    topic,
    payload: { ...event, eventId: id, occurredAt: new Date().toISOString(), outcome: outcomeOf(event.type) },
  };
}

/** Delivers audit events to the session service, which takes each event id once. */
export function auditTopic(client: GrpcClient<typeof SessionServiceService>): Record<typeof topic, OutboxTopic> {
  return localAuditTopic(async (events) => {
    await client.recordAuditEvents({ events });
  });
}

/** Delivers audit events within the process that keeps the log. */
export function localAuditTopic(
  record: (events: DeliveredAuditEvent[]) => Promise<void>,
): Record<typeof topic, OutboxTopic> {
  return {
    [topic]: {
      batchSize,
      deliver: (messages) => record(messages.map(({ payload }) => eventOf(payload)).sort(inOrder)),
    },
  };
}

/** Messages of one delivery come in any order. */
function inOrder(a: DeliveredAuditEvent, b: DeliveredAuditEvent): number {
  return a.occurredAt.getTime() - b.occurredAt.getTime();
}

function eventOf(payload: object): DeliveredAuditEvent {
  const event = payload as Omit<DeliveredAuditEvent, 'occurredAt' | 'outcome'> & { occurredAt: string };
  return {
    outcome: outcomeOf(event.type),
    ...event,
    details: event.details ?? {},
    occurredAt: new Date(event.occurredAt),
  };
}

/** Where use cases record what is no change of their own store. */
export interface AuditTrail {
  /** Resolves once the event is sure to get into the log. */
  record(event: NewAuditEvent): Promise<void>;
}

/** Records events by way of a service's outbox: also those whose request is over by now, because they have happened. */
export function outboxTrail(database: Pick<Database, 'transaction'>): AuditTrail {
  return {
    record: (event) =>
      runDetached(() => database.transaction(async (transaction) => transaction.emit(auditMessage(event)))),
  };
}
