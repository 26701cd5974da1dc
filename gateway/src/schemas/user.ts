import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { User } from '@contract-reviewer/proto/session/v1/session';
import { type Static, Type } from 'typebox';
import { pageFields } from './page.ts';
import { named, oneOf, refTo, Timestamp } from './schema.ts';
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

export const UserListSchema = named(
  'UserList',
  { users: Type.Array(refTo(UserSchema)), ...pageFields },
  'A page of all users, in the order of their addresses.',
);

export function userBody(user: User | undefined) {
  return toSnakeCase(sent(user)) as Static<typeof UserSchema>;
}
