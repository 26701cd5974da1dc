import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { User } from '@contract-reviewer/proto/session/v1/session';
import { type Static, Type } from 'typebox';
import { named, oneOf, Timestamp } from './schema.ts';
import { sent } from './sent.ts';

export const role = oneOf(['user', 'admin']);

export const UserSchema = named(
  'User',
  {
    user_id: Type.String(),
    email: Type.String(),
    role,
    disabled: Type.Boolean({ description: 'A disabled user cannot log in and has no sessions.' }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  'An account.',
);

export function userBody(user: User | undefined) {
  return toSnakeCase(sent(user)) as Static<typeof UserSchema>;
}
