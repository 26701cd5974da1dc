import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { Role, User, UserId, UserWithPassword } from '../domain/user.ts';

export interface UserChange {
  role?: Role;
  disabled?: boolean;
  passwordHash?: string;
}

export interface Page {
  limit: number;
  offset: number;
}

export interface UserPage {
  users: User[];
  /** How many there are on all pages. */
  totalCount: number;
}

export type AccountState = 'active' | 'disabled' | 'unknown';

export interface UpdateOptions {
  now: Date;
  events: readonly NewAuditEvent[];
  keepSession?: string;
  /** The password that was verified; a change since then wins. */
  ifPasswordHash?: string;
}

/** Users, which service accounts are not. Every change is written together with the audit events that record it. */
export interface UserStore {
  /** @throws {SessionError} email_taken if another user has the address */
  create(user: UserWithPassword, events: readonly NewAuditEvent[]): Promise<void>;

  get(userId: UserId): Promise<UserWithPassword | undefined>;

  /** @param email lower-case */
  findByEmail(email: string): Promise<UserWithPassword | undefined>;

  /** A page of all users, in the order of their addresses, and how many there are: both of one moment. */
  list(page: Page): Promise<UserPage>;

  /** The state of a user or a service account. */
  stateOf(accountId: UserId): Promise<AccountState>;

  /**
   * Changes what is given. Disabling and a new password end the user's sessions, except `keepSession`; a new role
   * reaches the sessions that go on.
   *
   * @returns the user after the change, or undefined if there is none of that id, or its password is not `ifPasswordHash`
   * @throws {SessionError} last_administrator if nobody would be left who can administer
   */
  update(userId: UserId, change: UserChange, options: UpdateOptions): Promise<User | undefined>;
}
