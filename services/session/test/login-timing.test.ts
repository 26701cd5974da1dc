import { randomUUID } from 'node:crypto';
import { outboxTrail } from '@contract-reviewer/platform/audit/audit-events';
import { RefusalRecorder } from '@contract-reviewer/platform/audit/refusals';
import { Database } from '@contract-reviewer/platform/pg/database';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Accounts } from '../src/accounts.ts';
import { Argon2PasswordHasher } from '../src/passwords/argon2-password-hasher.ts';
import { PasswordAttempts } from '../src/passwords/password-attempts.ts';
import type { PasswordHasher } from '../src/passwords/password-hasher.ts';
import { schema } from '../src/schema.ts';
import { SessionUses } from '../src/session-uses.ts';
import { Sessions } from '../src/sessions.ts';
import { PgAttemptBudgets } from '../src/storage/pg-attempt-budgets.ts';
import { PgFamiliarAddressStore } from '../src/storage/pg-familiar-address-store.ts';
import { PgSessionStore } from '../src/storage/pg-session-store.ts';
import { PgUserStore } from '../src/storage/pg-user-store.ts';
import { median, rankSumZ } from './rank-sum.ts';
import { createSessionDatabase, silentLogger } from './session-stack.ts';
import { newUser } from './stores.ts';

/** Tries of each kind. */
const tries = Number(process.env.LOGIN_TIMINGS ?? 60);
const timeoutMs = 60_000 + 2000 * tries;
/** Beyond it, two samples of one distribution are once in a thousand times. */
const criticalZ = 3.29;

const stack = new AsyncDisposableStack();
let database: Database;
beforeAll(async () => {
  const { url } = stack.use(await createSessionDatabase());
  database = stack.use(new Database({ url, applicationName: 'login timing', schema, logger: silentLogger }));
});
afterAll(() => stack.disposeAsync());

function openAccounts(hasher: PasswordHasher): Accounts {
  const store = new PgSessionStore(database);
  const uses = stack.use(new SessionUses(store, silentLogger));
  const attempts = new PasswordAttempts(new PgAttemptBudgets(database), new PgFamiliarAddressStore(database), 'secret');
  const refusals = stack.use(new RefusalRecorder(outboxTrail(database)));
  const sessions = new Sessions(store, uses, { idleMs: 60_000, absoluteMs: 60_000 });
  return new Accounts(new PgUserStore(database), refusals, sessions, hasher, attempts);
}

/** How long `count` wrong logins of each kind take, in milliseconds: each at another account, known and unknown in turn. */
async function timeWrongLogins(accounts: Accounts, count: number): Promise<{ known: number[]; unknown: number[] }> {
  const passwordHash = await new Argon2PasswordHasher().hash('correct horse battery staple');
  const users = Array.from({ length: count }, () => newUser({ passwordHash }));
  for (const user of users) await new PgUserStore(database).create(user, []);
  const time = async (email: string) => {
    const clientAddress = `address of ${email}`;
    const startedAt = performance.now();
    await expect(accounts.login({ email, password: 'a wrong guess' }, clientAddress)).rejects.toMatchObject({
      kind: 'invalid_credentials',
    });
    return performance.now() - startedAt;
  };
  // What is done for the first time takes longer.
  for (let round = 0; round < 3; round += 1) await time(`${randomUUID()}@example.test`);
  const times = { known: [] as number[], unknown: [] as number[] };
  for (const [index, user] of users.entries()) {
    const askKnown = async () => times.known.push(await time(user.email));
    const askUnknown = async () => times.unknown.push(await time(`${randomUUID()}@example.test`));
    // Neither is always the one that goes first.
    for (const ask of index % 2 === 0 ? [askKnown, askUnknown] : [askUnknown, askKnown]) await ask();
  }
  return times;
}

it(
  `a wrong password takes as long for an unknown address as for a known one (${tries} of each, alpha 0.001)`,
  async () => {
    const { known, unknown } = await timeWrongLogins(openAccounts(new Argon2PasswordHasher()), tries);
    expect(Math.abs(rankSumZ(known, unknown))).toBeLessThan(criticalZ);
    expect(Math.abs(median(known) - median(unknown)) / median(known)).toBeLessThan(0.2);
  },
  timeoutMs,
);

it(
  'and the same measurement tells the two apart when nothing is hashed for an unknown address',
  async () => {
    class HasherWithoutNobody extends Argon2PasswordHasher {
      override async verifyAgainstNobody(): Promise<false> {
        return false;
      }
    }
    const { known, unknown } = await timeWrongLogins(openAccounts(new HasherWithoutNobody()), 20);
    expect(rankSumZ(known, unknown)).toBeGreaterThan(criticalZ);
  },
  timeoutMs,
);
