import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { Grant } from '@contract-reviewer/proto/document/v1/document';
import { type Static, Type } from 'typebox';
import { named, oneOf, refTo, Timestamp } from './schema.ts';
import { sent } from './sent.ts';

const permission = oneOf(['read', 'analyze', 'write', 'share', 'admin']);

/** The permissions of a grant in a request. */
export const grantedPermissions = Type.Array(permission, {
  minItems: 1,
  maxItems: 5,
  uniqueItems: true,
  description:
    'read (metadata, text, file, reviews), analyze (ask for reviews), write (change the metadata), share (let others do ' +
    'what you may do), admin (all that the owner may). One of them has to be read or admin.',
});

export const GrantSchema = named(
  'Grant',
  {
    document_id: Type.String(),
    user_id: Type.String(),
    permissions: Type.Array(permission),
    granted_by: Type.String({ description: 'Who gave it, or changed it last.' }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  'What a user other than the owner may do with a document.',
);

export const GrantListSchema = named(
  'GrantList',
  { grants: Type.Array(refTo(GrantSchema)) },
  'Whom a document is shared with, in the order of the user ids.',
);

export function grantBody(grant: Grant | undefined) {
  return toSnakeCase(sent(grant)) as Static<typeof GrantSchema>;
}
