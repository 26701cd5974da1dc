import { outboxTrail } from '@contract-reviewer/platform/audit/audit-events';
import { RefusalRecorder } from '@contract-reviewer/platform/audit/refusals';
import type { Database } from '@contract-reviewer/platform/pg/database';
import { Accounts } from '../src/accounts.ts';
import { PasswordAttempts } from '../src/passwords/password-attempts.ts';
import type { PasswordHasher } from '../src/passwords/password-hasher.ts';
import { SessionUses } from '../src/session-uses.ts';
import { Sessions } from '../src/sessions.ts';
import { PgAttemptBudgets } from '../src/storage/pg-attempt-budgets.ts';
import { PgFamiliarAddressStore } from '../src/storage/pg-familiar-address-store.ts';
import { PgSessionStore } from '../src/storage/pg-session-store.ts';
import { PgUserStore } from '../src/storage/pg-user-store.ts';
import { silentLogger } from './session-stack.ts';

/** Accounts as the service has them, but for what hashes their passwords. */
export function openAccounts(database: Database, hasher: PasswordHasher): { accounts: Accounts } & AsyncDisposable {
  const stack = new AsyncDisposableStack();
  const store = new PgSessionStore(database);
  const uses = stack.use(new SessionUses(store, silentLogger));
  const attempts = new PasswordAttempts(new PgAttemptBudgets(database), new PgFamiliarAddressStore(database), 'secret');
  const refusals = stack.use(new RefusalRecorder(outboxTrail(database)));
  const sessions = new Sessions(store, uses, { idleMs: 60_000, absoluteMs: 60_000 });
  return {
    accounts: new Accounts(new PgUserStore(database), refusals, sessions, hasher, attempts),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
