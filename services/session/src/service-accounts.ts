import { randomUUID } from 'node:crypto';
import type { NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import { requireAdministrator } from './administrators.ts';
import { SessionError } from './domain/errors.ts';
import { type Credential, type Scope, type ServiceAccount, scopes } from './domain/service-account.ts';
import type { Session, SessionId } from './domain/session.ts';
import type { UserId } from './domain/user.ts';
import type { ServiceAccountChange, ServiceAccountStore } from './storage/service-account-store.ts';
import { formatToken, hashSecret, newSecret } from './tokens.ts';

export interface IssuedCredential {
  credential: Credential;
  /** Told here and never again. */
  token: string;
}

/** Accounts of programs. All of this is for administrators. */
export class ServiceAccounts {
  readonly #store: ServiceAccountStore;

  constructor(store: ServiceAccountStore) {
    this.#store = store;
  }

  /** @throws {SessionError} not_an_administrator, name_taken */
  async create(own: Session, { name, scopes: wanted }: { name: string; scopes: readonly Scope[] }) {
    requireAdministrator(own);
    const now = new Date();
    const account: ServiceAccount = {
      serviceAccountId: randomUUID() as string as UserId,
      name,
      scopes: inOrder(wanted),
      disabled: false,
      createdAt: now,
      updatedAt: now,
    };
    await this.#store.create(account, eventOf(own, 'service_account_created', account, { scopes: account.scopes }));
    return account;
  }

  /** @throws {SessionError} not_an_administrator, service_account_not_found */
  async get(own: Session, serviceAccountId: UserId): Promise<ServiceAccount> {
    requireAdministrator(own);
    return found(await this.#store.get(serviceAccountId));
  }

  /** All of them, by name. @throws {SessionError} not_an_administrator */
  async list(own: Session): Promise<ServiceAccount[]> {
    requireAdministrator(own);
    return this.#store.list();
  }

  /** @throws {SessionError} not_an_administrator, service_account_not_found */
  async update(own: Session, serviceAccountId: UserId, wanted: ServiceAccountChange): Promise<ServiceAccount> {
    requireAdministrator(own);
    const change = { ...wanted, ...(wanted.scopes && { scopes: inOrder(wanted.scopes) }) };
    const event = eventOf(own, 'service_account_updated', { serviceAccountId }, change);
    return found(await this.#store.update(serviceAccountId, change, { now: new Date(), event }));
  }

  /** @throws {SessionError} not_an_administrator, service_account_not_found */
  async remove(own: Session, serviceAccountId: UserId): Promise<void> {
    requireAdministrator(own);
    const event = eventOf(own, 'service_account_deleted', { serviceAccountId });
    if (!(await this.#store.remove(serviceAccountId, event))) throw notFound();
  }

  /**
   * @param expiresAt when it ends; absent if it is not to end by itself
   * @throws {SessionError} not_an_administrator, service_account_not_found, service_account_disabled,
   *   too_many_credentials
   */
  async issueCredential(own: Session, serviceAccountId: UserId, expiresAt?: Date): Promise<IssuedCredential> {
    requireAdministrator(own);
    const now = new Date();
    const secret = newSecret();
    const credential: Credential = {
      credentialId: randomUUID() as string as SessionId,
      createdAt: now,
      lastUsedAt: now,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    const event = eventOf(own, 'credential_created', { serviceAccountId }, credentialDetails(credential));
    await this.#store.addCredential(serviceAccountId, { ...credential, secretHash: hashSecret(secret) }, event);
    return { credential, token: formatToken(credential.credentialId, secret) };
  }

  /** The live ones, newest first. @throws {SessionError} not_an_administrator, service_account_not_found */
  async listCredentials(own: Session, serviceAccountId: UserId): Promise<Credential[]> {
    requireAdministrator(own);
    return found(await this.#store.listCredentials(serviceAccountId, new Date()));
  }

  /** @throws {SessionError} not_an_administrator, credential_not_found */
  async revokeCredential(own: Session, serviceAccountId: UserId, credentialId: SessionId): Promise<void> {
    requireAdministrator(own);
    const event = eventOf(own, 'credential_revoked', { serviceAccountId }, credentialDetails({ credentialId }));
    if (!(await this.#store.revokeCredential(serviceAccountId, credentialId, event))) {
      throw new SessionError('credential_not_found', 'This service account has no credential of that id.');
    }
  }
}

function inOrder(wanted: readonly Scope[]): Scope[] {
  return scopes.filter((scope) => wanted.includes(scope));
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw notFound();
  return value;
}

function notFound(): SessionError {
  return new SessionError('service_account_not_found', 'There is no service account of that id.');
}

function credentialDetails({ credentialId, expiresAt }: Pick<Credential, 'credentialId' | 'expiresAt'>) {
  return { credential_id: credentialId, ...(expiresAt && { expires_at: expiresAt.toISOString() }) };
}

function eventOf(
  own: Session,
  type:
    | 'service_account_created'
    | 'service_account_updated'
    | 'service_account_deleted'
    | 'credential_created'
    | 'credential_revoked',
  { serviceAccountId }: Pick<ServiceAccount, 'serviceAccountId'>,
  details: Record<string, unknown> = {},
): NewAuditEvent {
  return {
    type,
    service: 'session',
    userId: own.userId,
    sessionId: own.sessionId,
    details: { service_account_id: serviceAccountId, ...details },
  };
}
