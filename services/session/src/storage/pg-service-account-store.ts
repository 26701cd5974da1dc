import { auditMessage, type NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { Database, Transaction } from '@contract-reviewer/platform/pg/database';
import { isUniqueViolation } from '@contract-reviewer/platform/pg/errors';
import { SessionError } from '../domain/errors.ts';
import {
  type Credential,
  maxCredentials,
  type Scope,
  type ServiceAccount,
  type StoredCredential,
} from '../domain/service-account.ts';
import type { SessionId } from '../domain/session.ts';
import type { UserId } from '../domain/user.ts';
import { sessionKey } from './cache-keys.ts';
import type { ServiceAccountChange, ServiceAccountStore } from './service-account-store.ts';
import { type EndColumn, endColumn, endOf } from './session-end.ts';

interface ServiceAccountRow {
  user_id: UserId;
  name: string;
  scopes: Scope[];
  disabled: boolean;
  created_at: Date;
  updated_at: Date;
}

interface CredentialRow {
  session_id: SessionId;
  created_at: Date;
  last_used_at: Date;
  absolute_expires_at: EndColumn;
}

const columns = 'user_id, name, scopes, disabled, created_at, updated_at';

export class PgServiceAccountStore implements ServiceAccountStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(account: ServiceAccount, event: NewAuditEvent): Promise<void> {
    try {
      await this.#database.transaction(async (transaction) => {
        await transaction.query(
          `INSERT INTO session.users (${columns}, role) VALUES ($1, $2, $3, $4, $5, $6, 'service')`,
          [
            account.serviceAccountId,
            account.name,
            account.scopes,
            account.disabled,
            account.createdAt,
            account.updatedAt,
          ],
        );
        transaction.emit(auditMessage(event));
      });
    } catch (error) {
      if (isUniqueViolation(error, 'users_name_key')) {
        throw new SessionError('name_taken', 'Another service account has this name.');
      }
      throw error;
    }
  }

  async get(serviceAccountId: UserId): Promise<ServiceAccount | undefined> {
    const [row] = await this.#database.query<ServiceAccountRow>(
      `SELECT ${columns} FROM session.users WHERE user_id = $1 AND role = 'service'`,
      [serviceAccountId],
    );
    return row && accountOf(row);
  }

  async list(): Promise<ServiceAccount[]> {
    const rows = await this.#database.query<ServiceAccountRow>(
      `SELECT ${columns} FROM session.users WHERE role = 'service' ORDER BY name`,
    );
    return rows.map(accountOf);
  }

  async update(
    serviceAccountId: UserId,
    { disabled, scopes }: ServiceAccountChange,
    { now, event }: { now: Date; event: NewAuditEvent },
  ): Promise<ServiceAccount | undefined> {
    return this.#database.transaction(
      async (transaction) => {
        const [row] = await transaction.query<ServiceAccountRow>(
          `UPDATE session.users
            SET disabled = coalesce($2, disabled), scopes = coalesce($3, scopes), updated_at = $4
          WHERE user_id = $1 AND role = 'service'
         RETURNING ${columns}`,
          [serviceAccountId, disabled ?? null, scopes ?? null, now],
        );
        if (!row) return undefined;

        if (disabled) await endCredentials(transaction, serviceAccountId);
        else if (scopes) await changePermissions(transaction, serviceAccountId, scopes);
        transaction.emit(auditMessage(event));
        return accountOf(row);
      },
      { waitOutTrust: true },
    );
  }

  async remove(serviceAccountId: UserId, event: NewAuditEvent): Promise<boolean> {
    return this.#database.transaction(
      async (transaction) => {
        // The account first: its row is the lock that a credential that is being added waits for.
        const account = await transaction.query(
          `SELECT FROM session.users WHERE user_id = $1 AND role = 'service' FOR UPDATE`,
          [serviceAccountId],
        );
        if (account.length === 0) return false;
        await endCredentials(transaction, serviceAccountId);
        await transaction.query('DELETE FROM session.users WHERE user_id = $1', [serviceAccountId]);
        transaction.emit(auditMessage(event));
        return true;
      },
      { waitOutTrust: true },
    );
  }

  async addCredential(serviceAccountId: UserId, credential: StoredCredential, event: NewAuditEvent): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const [account] = await transaction.query<Pick<ServiceAccountRow, 'scopes' | 'disabled'>>(
        `SELECT scopes, disabled FROM session.users WHERE user_id = $1 AND role = 'service' FOR NO KEY UPDATE`,
        [serviceAccountId],
      );
      if (!account) throw new SessionError('service_account_not_found', 'There is no service account of that id.');
      if (account.disabled) throw new SessionError('service_account_disabled', 'This service account is disabled.');
      const live = await transaction.query(
        'SELECT FROM session.sessions WHERE user_id = $1 AND absolute_expires_at > $2',
        [serviceAccountId, credential.createdAt],
      );
      if (live.length >= maxCredentials) {
        throw new SessionError(
          'too_many_credentials',
          `A service account has at most ${maxCredentials} live credentials; revoke one first.`,
        );
      }
      const end = endColumn(credential.expiresAt);
      await transaction.query(
        `INSERT INTO session.sessions
           (session_id, user_id, secret_hash, permissions, created_at, last_used_at, expires_at, absolute_expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
        [
          credential.credentialId,
          serviceAccountId,
          Buffer.from(credential.secretHash, 'hex'),
          account.scopes,
          credential.createdAt,
          credential.lastUsedAt,
          end,
        ],
      );
      transaction.emit(auditMessage(event));
    });
  }

  async listCredentials(serviceAccountId: UserId, now: Date): Promise<Credential[] | undefined> {
    if (!(await this.get(serviceAccountId))) return undefined;
    const rows = await this.#database.query<CredentialRow>(
      `SELECT session_id, created_at, last_used_at, absolute_expires_at FROM session.sessions
        WHERE user_id = $1 AND absolute_expires_at > $2
        ORDER BY created_at DESC, session_id`,
      [serviceAccountId, now],
    );
    return rows.map(credentialOf);
  }

  async revokeCredential(serviceAccountId: UserId, credentialId: SessionId, event: NewAuditEvent): Promise<boolean> {
    return this.#database.transaction(
      async (transaction) => {
        const revoked = await transaction.query(
          `DELETE FROM session.sessions USING session.users
          WHERE session_id = $2 AND sessions.user_id = $1 AND users.user_id = $1 AND role = 'service'
         RETURNING session_id`,
          [serviceAccountId, credentialId],
        );
        // Also when it is gone already: who revoked it may still be waiting until no reader sees it.
        transaction.invalidate(sessionKey(credentialId));
        if (revoked.length === 0) return false;
        transaction.emit(auditMessage(event));
        return true;
      },
      { waitOutTrust: true },
    );
  }
}

async function endCredentials(transaction: Transaction, serviceAccountId: UserId): Promise<void> {
  const ended = await transaction.query<{ session_id: string }>(
    'DELETE FROM session.sessions WHERE user_id = $1 RETURNING session_id',
    [serviceAccountId],
  );
  transaction.invalidate(...ended.map(({ session_id }) => sessionKey(session_id)));
}

async function changePermissions(
  transaction: Transaction,
  serviceAccountId: UserId,
  scopes: readonly Scope[],
): Promise<void> {
  const changed = await transaction.query<{ session_id: string }>(
    'UPDATE session.sessions SET permissions = $2 WHERE user_id = $1 RETURNING session_id',
    [serviceAccountId, scopes],
  );
  transaction.invalidate(...changed.map(({ session_id }) => sessionKey(session_id)));
}

function accountOf(row: ServiceAccountRow): ServiceAccount {
  return {
    serviceAccountId: row.user_id,
    name: row.name,
    scopes: row.scopes,
    disabled: row.disabled,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function credentialOf(row: CredentialRow): Credential {
  const expiresAt = endOf(row.absolute_expires_at);
  return {
    credentialId: row.session_id,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}
