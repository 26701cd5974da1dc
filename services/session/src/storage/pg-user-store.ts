import { auditMessage, type NewAuditEvent } from '@contract-reviewer/platform/audit/audit-events';
import type { Database, Transaction } from '@contract-reviewer/platform/pg/database';
import { isUniqueViolation } from '@contract-reviewer/platform/pg/errors';
import { SessionError } from '../domain/errors.ts';
import type { Role, User, UserId, UserWithPassword } from '../domain/user.ts';
import { sessionKey } from './cache-keys.ts';
import type { AccountState, Page, UpdateOptions, UserChange, UserPage, UserStore } from './user-store.ts';

interface UserRow {
  user_id: UserId;
  email: string;
  password_hash: string;
  role: Role;
  disabled: boolean;
  created_at: Date;
  updated_at: Date;
}

const columns = 'user_id, email, password_hash, role, disabled, created_at, updated_at';

export class PgUserStore implements UserStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(user: UserWithPassword, events: readonly NewAuditEvent[]): Promise<void> {
    try {
      await this.#database.transaction(async (transaction) => {
        await transaction.query(`INSERT INTO session.users (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7)`, [
          user.userId,
          user.email,
          user.passwordHash,
          user.role,
          user.disabled,
          user.createdAt,
          user.updatedAt,
        ]);
        for (const event of events) transaction.emit(auditMessage(event));
      });
    } catch (error) {
      if (isUniqueViolation(error, 'users_email_key')) {
        throw new SessionError('email_taken', 'Another user has this e-mail address.');
      }
      throw error;
    }
  }

  async get(userId: UserId): Promise<UserWithPassword | undefined> {
    const [row] = await this.#database.query<UserRow>(
      `SELECT ${columns} FROM session.users WHERE user_id = $1 AND role <> 'service'`,
      [userId],
    );
    return row && userOf(row);
  }

  async findByEmail(email: string): Promise<UserWithPassword | undefined> {
    const [row] = await this.#database.query<UserRow>(`SELECT ${columns} FROM session.users WHERE email = $1`, [email]);
    return row && userOf(row);
  }

  async list({ limit, offset }: Page): Promise<UserPage> {
    // Past the last page there is one row, which has the total alone.
    const rows = await this.#database.query<{ total_count: number } & (UserRow | { user_id: null })>(
      `WITH people AS (SELECT ${columns} FROM session.users WHERE role <> 'service')
       SELECT total_count, page.*
         FROM (SELECT count(*)::int AS total_count FROM people) AS total
         LEFT JOIN (SELECT * FROM people ORDER BY email LIMIT $1 OFFSET $2) AS page ON true
        ORDER BY email`,
      [limit, offset],
    );
    const users = rows.flatMap((row) => (row.user_id === null ? [] : withoutPassword(userOf(row))));
    return { users, totalCount: rows[0]?.total_count ?? 0 };
  }

  async stateOf(accountId: UserId): Promise<AccountState> {
    const [row] = await this.#database.query<{ disabled: boolean }>(
      'SELECT disabled FROM session.users WHERE user_id = $1',
      [accountId],
    );
    if (!row) return 'unknown';
    return row.disabled ? 'disabled' : 'active';
  }

  async update(userId: UserId, change: UserChange, options: UpdateOptions): Promise<User | undefined> {
    const endsSessions = change.disabled === true || change.passwordHash !== undefined;
    return this.#database.transaction(
      async (transaction) => {
        const takesAdministrator = change.disabled === true || change.role === 'user';
        if (takesAdministrator) await requireAnotherAdministrator(transaction, userId);

        const [row] = await transaction.query<UserRow>(
          `UPDATE session.users
            SET role = coalesce($2, role), disabled = coalesce($3, disabled),
                password_hash = coalesce($4, password_hash), updated_at = $5
          WHERE user_id = $1 AND role <> 'service' AND password_hash = coalesce($6, password_hash)
         RETURNING ${columns}`,
          [
            userId,
            change.role ?? null,
            change.disabled ?? null,
            change.passwordHash ?? null,
            options.now,
            options.ifPasswordHash ?? null,
          ],
        );
        if (!row) return undefined;

        if (endsSessions) await endSessions(transaction, userId, options.keepSession);
        if (change.role) await narrowSessionsToRole(transaction, userId, change.role);
        for (const event of options.events) transaction.emit(auditMessage(event));
        return userOf(row);
      },
      { waitOutTrust: endsSessions || change.role !== undefined },
    );
  }
}

/** Locks the administrators, so that two of them cannot remove each other at the same time. */
async function requireAnotherAdministrator(transaction: Transaction, userId: UserId): Promise<void> {
  const administrators = await transaction.query<{ user_id: string }>(
    `SELECT user_id FROM session.users WHERE role = 'admin' AND NOT disabled ORDER BY user_id FOR UPDATE`,
  );
  if (administrators.length === 1 && administrators[0]?.user_id === userId) {
    throw new SessionError('last_administrator', 'This is the last administrator; make another one first.');
  }
}

async function endSessions(transaction: Transaction, userId: UserId, except: string | undefined): Promise<void> {
  const ended = await transaction.query<{ session_id: string }>(
    'DELETE FROM session.sessions WHERE user_id = $1 AND session_id IS DISTINCT FROM $2 RETURNING session_id',
    [userId, except ?? null],
  );
  transaction.invalidate(...ended.map(({ session_id }) => sessionKey(session_id)));
}

/** A session shows its user's role, and only administrators' sessions carry the permission `admin`. */
async function narrowSessionsToRole(transaction: Transaction, userId: UserId, role: Role): Promise<void> {
  const changed = await transaction.query<{ session_id: string }>(
    `UPDATE session.sessions
        SET permissions = CASE WHEN $2 = 'admin' THEN permissions ELSE array_remove(permissions, 'admin') END
      WHERE user_id = $1
     RETURNING session_id`,
    [userId, role],
  );
  transaction.invalidate(...changed.map(({ session_id }) => sessionKey(session_id)));
}

function withoutPassword({ passwordHash: _, ...user }: UserWithPassword): User {
  return user;
}

function userOf(row: UserRow): UserWithPassword {
  return {
    userId: row.user_id,
    email: row.email,
    passwordHash: row.password_hash,
    role: row.role,
    disabled: row.disabled,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
