import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { AuditEvent } from '@contract-reviewer/proto/session/v1/session';
import { type Static, Type } from 'typebox';
import { pageFields } from './page.ts';
import { freeForm, named, refTo, Timestamp } from './schema.ts';

export const AuditEventSchema = named(
  'AuditEvent',
  {
    event_id: Type.String(),
    type: Type.String({ description: 'session_created, document_uploaded, ...' }),
    occurred_at: Timestamp,
    user_id: Type.Optional(Type.String({ description: 'Who caused it; absent when nobody was authenticated.' })),
    session_id: Type.Optional(Type.String()),
    document_id: Type.Optional(Type.String()),
    analysis_id: Type.Optional(Type.String()),
    service: Type.String(),
    details: freeForm('Further facts; never contract text or secrets.'),
  },
  'Something that happened.',
);

export const AuditEventListSchema = named(
  'AuditEventList',
  { events: Type.Array(refTo(AuditEventSchema)), ...pageFields },
  'Audit events, newest first.',
);

/** Keys of the details are as the service wrote them, so they keep their names. */
export function auditEventBody({ details, ...event }: AuditEvent) {
  return { ...(toSnakeCase(event) as object), details: details ?? {} } as Static<typeof AuditEventSchema>;
}
