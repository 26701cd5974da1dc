import { randomUUID } from 'node:crypto';
import type { AuditEvent, SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import type { GrpcClient } from '../grpc/client.ts';
import type { OutboxTopic } from '../outbox/outbox.ts';
import type { OutboxMessage } from '../pg/database.ts';

export type NewAuditEvent = Omit<AuditEvent, 'eventId' | 'occurredAt' | 'details'> & {
  details?: Readonly<Record<string, unknown>>;
};

const topic = 'audit';

/** An audit event as an outbox message, to be emitted in the transaction of the change that it records. */
export function auditMessage(event: NewAuditEvent): OutboxMessage {
  const id = randomUUID();
  return { id, topic, payload: { ...event, eventId: id, occurredAt: new Date().toISOString() } };
}

/** Delivers audit events to the session service, which takes each event id once. */
export function auditTopic(client: GrpcClient<typeof SessionServiceService>): Record<typeof topic, OutboxTopic> {
  return {
    [topic]: {
      batchSize: 500,
      deliver: async (messages) => {
        await client.recordAuditEvents({ events: messages.map(({ payload }) => eventOf(payload)) });
      },
    },
  };
}

function eventOf(payload: object): AuditEvent {
  const event = payload as Omit<AuditEvent, 'occurredAt'> & { occurredAt: string };
  return { ...event, details: event.details ?? {}, occurredAt: new Date(event.occurredAt) };
}
