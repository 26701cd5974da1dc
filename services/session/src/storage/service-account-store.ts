import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { Credential, Scope, ServiceAccount, StoredCredential } from '../domain/service-account.ts';
import type { SessionId } from '../domain/session.ts';
import type { UserId } from '../domain/user.ts';

export interface ServiceAccountChange {
  disabled?: boolean;
  scopes?: readonly Scope[];
}

/**
 * Service accounts and their credentials, which a SessionStore also knows: as sessions. Every change is written together
 * with its audit event.
 */
export interface ServiceAccountStore {
  /** @throws {SessionError} name_taken if another service account has the name */
  create(account: ServiceAccount, event: NewAuditEvent): Promise<void>;

  get(serviceAccountId: UserId): Promise<ServiceAccount | undefined>;

  /** All of them, by name. */
  list(): Promise<ServiceAccount[]>;

  /**
   * Changes what is given. Disabling ends the credentials; new scopes reach those that go on. Once it resolves, no
   * replica acts on what was before.
   *
   * @returns the account after the change, or undefined if there is none of that id
   */
  update(
    serviceAccountId: UserId,
    change: ServiceAccountChange,
    options: { now: Date; event: NewAuditEvent },
  ): Promise<ServiceAccount | undefined>;

  /** Removes the account and ends its credentials, as `update` does. @returns whether there was one */
  remove(serviceAccountId: UserId, event: NewAuditEvent): Promise<boolean>;

  /**
   * @throws {SessionError} service_account_not_found, service_account_disabled; too_many_credentials if as many as there
   *   may be are live when this one is created
   */
  addCredential(serviceAccountId: UserId, credential: StoredCredential, event: NewAuditEvent): Promise<void>;

  /** The credentials that are live at `now`, newest first; undefined if there is no such account. */
  listCredentials(serviceAccountId: UserId, now: Date): Promise<Credential[] | undefined>;

  /** Ends a credential of that account. Once it resolves, no replica accepts it. @returns whether there was one */
  revokeCredential(serviceAccountId: UserId, credentialId: SessionId, event: NewAuditEvent): Promise<boolean>;
}
