import type { UserId } from '../domain/document.ts';

/** Of an account: whether there is one, and whether anybody can use it. */
export type UserState = 'active' | 'disabled' | 'unknown';

/** Accounts, as this service needs them. */
export interface Users {
  stateOf(userId: UserId): Promise<UserState>;
}
