import { outcomes } from '@contract-reviewer/platform/audit/audit-event-types';
import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type {
  AuditEvent,
  AuditFault,
  AuditHead,
  GetAuditHeadResponse,
  VerifyAuditLogResponse,
} from '@contract-reviewer/proto/session/v1/session';
import { type Static, Type } from 'typebox';
import { pageFields } from './page.ts';
import { freeForm, named, oneOf, refTo, Sha256, Timestamp } from './schema.ts';
import { sent } from './sent.ts';

export const outcome = oneOf(outcomes, 'Whether it happened, or was refused.');

export const AuditEventSchema = named(
  'AuditEvent',
  {
    event_id: Type.String(),
    sequence: Type.Integer({ description: 'Its place in the log, from 0.' }),
    type: Type.String({ description: 'session_created, document_uploaded, ...' }),
    outcome,
    occurred_at: Timestamp,
    user_id: Type.Optional(Type.String({ description: 'Who caused it; absent when nobody was authenticated.' })),
    session_id: Type.Optional(Type.String()),
    document_id: Type.Optional(Type.String()),
    analysis_id: Type.Optional(Type.String()),
    service: Type.String(),
    details: freeForm('Further facts; never contract text or secrets.'),
    actor_erased: Type.Boolean({ description: 'user_id and session_id were erased on request.' }),
    content_erased: Type.Boolean({ description: 'document_id, analysis_id and details were erased on request.' }),
  },
  'Something that happened.',
);

export const AuditEventListSchema = named(
  'AuditEventList',
  { events: Type.Array(refTo(AuditEventSchema)), ...pageFields },
  'Audit events, newest first.',
);

export const AuditHeadSchema = named(
  'AuditHead',
  {
    log_id: Type.String({ description: "A UUID that is this log's alone." }),
    size: Type.Integer({ description: 'How many entries there were.' }),
    root_hash: Type.String({ description: 'Root of the Merkle tree over them (RFC 9162), in hexadecimal.' }),
    signed_at: Type.String({ description: 'ISO 8601 with six decimals.' }),
    key_id: Type.String(),
    signature: Type.String({ description: 'Ed25519, in base64.' }),
  },
  'What the audit log was at a moment.',
);

const AuditKey = Type.Object({
  key_id: Type.String(),
  public_key: Type.String({ description: 'SubjectPublicKeyInfo in DER, in base64.' }),
  predecessor: Type.Optional(
    Type.Object(
      { key_id: Type.String(), endorsement: Type.String(), acknowledgement: Type.String() },
      { description: 'The key before it: they vouch for each other.' },
    ),
  ),
});

export const AuditHeadFileSchema = named(
  'AuditHeadFile',
  {
    format: Type.Literal(1),
    head: refTo(AuditHeadSchema),
    keys: Type.Array(AuditKey),
    earlier_heads: Type.Array(refTo(AuditHeadSchema)),
  },
  'A signed head of the audit log with what it takes to check the log against it: keep it elsewhere.',
);

export const AuditVerdictSchema = named(
  'AuditVerdict',
  {
    valid: Type.Boolean(),
    log_id: Type.String(),
    first_sequence: Type.Integer({ description: 'The first entry that is not sealed away.' }),
    size: Type.Integer({ description: 'How many entries there are, sealed ones included.' }),
    checked: Type.Integer({ description: 'How many entries were checked.' }),
    heads: Type.Integer({ description: 'How many signed heads they were compared with.' }),
    erased: Type.Integer({ description: 'How many parts of entries were erased on request.' }),
    fault: Type.Optional(
      Type.Object(
        {
          kind: Type.String({
            description: 'One of: edited, removed, inserted, reordered, cut_off, replaced, forged_head.',
          }),
          sequence: Type.Optional(Type.Integer({ description: 'The first entry that is not as it was.' })),
          message: Type.String(),
        },
        { description: 'The first thing that is wrong; absent if nothing is.' },
      ),
    ),
  },
  'What a check of the audit log found.',
);

export const auditArchive = {
  sealed_size: Type.Integer({ minimum: 1, description: 'How many entries there are up to the end of the archive.' }),
  root_hash: Type.String({ description: 'The root over those, computed from the archive, in hexadecimal.' }),
  archive_sha256: Sha256,
};

/** Keys of the details are as the service wrote them, so they keep their names. */
export function auditEventBody({ details, sequence, ...event }: AuditEvent) {
  const numbered = { ...event, sequence: Number(sequence) };
  return { ...(toSnakeCase(numbered) as object), details: details ?? {} } as Static<typeof AuditEventSchema>;
}

export function auditHeadFileBody({ head, keys, earlierHeads }: GetAuditHeadResponse) {
  const file = { format: 1, head: headOf(sent(head)), keys, earlierHeads: earlierHeads.map(headOf) };
  return toSnakeCase(file) as Static<typeof AuditHeadFileSchema>;
}

export function auditVerdictBody({ logId, fault, ...counts }: VerifyAuditLogResponse) {
  return {
    valid: fault === undefined,
    log_id: logId,
    first_sequence: Number(counts.firstSequence),
    size: Number(counts.size),
    checked: Number(counts.checked),
    heads: Number(counts.heads),
    erased: Number(counts.erased),
    ...(fault && { fault: faultOf(fault) }),
  };
}

function headOf({ size, ...head }: AuditHead) {
  return { ...head, size: Number(size) };
}

function faultOf({ sequence, kind, message }: AuditFault) {
  return { kind, ...(sequence === undefined ? {} : { sequence: Number(sequence) }), message };
}
