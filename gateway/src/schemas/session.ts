import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { Session } from '@contract-reviewer/proto/session/v1/session';
import { type Static, Type } from 'typebox';
import { named, oneOf, refTo, Timestamp } from './schema.ts';
import { sent } from './sent.ts';

export const permission = oneOf(['read', 'analyze', 'write', 'share', 'admin']);
/** Those that only service accounts have, too. */
const heldPermission = oneOf(['read', 'analyze', 'write', 'share', 'admin', 'audit', 'operate']);

const sessionFields = {
  session_id: Type.String(),
  user_id: Type.String(),
  document_id: Type.Optional(Type.String({ description: 'Set when the session is narrowed to one document.' })),
  permissions: Type.Array(heldPermission),
  created_at: Timestamp,
  expires_at: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'When it ends if it is not used again. Absent for a credential that does not end by itself.',
    }),
  ),
  absolute_expires_at: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'When it ends however much it is used. Absent for a credential that does not end by itself.',
    }),
  ),
};

export const SessionSchema = named('Session', sessionFields, 'A session as its owner sees it.');

export const OpenedSessionSchema = named(
  'OpenedSession',
  { ...sessionFields, token: Type.String({ description: 'The bearer token, told this once.' }) },
  'A session that has just been opened, with its token.',
);

export const SessionListSchema = named(
  'SessionList',
  { sessions: Type.Array(refTo(SessionSchema)) },
  "The caller's live sessions, newest first.",
);

export function sessionBody(session: Session | undefined) {
  return toSnakeCase(sent(session)) as Static<typeof SessionSchema>;
}

export function openedSessionBody({ session, token }: { session: Session | undefined; token: string }) {
  return { ...sessionBody(session), token };
}
