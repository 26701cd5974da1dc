import { randomUUID } from 'node:crypto';
import { Database } from '@contract-reviewer/platform/pg/database';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Accounts } from '../src/accounts.ts';
import { Argon2PasswordHasher } from '../src/passwords/argon2-password-hasher.ts';
import { schema } from '../src/schema.ts';
import { PgUserStore } from '../src/storage/pg-user-store.ts';
import { openAccounts } from './open-accounts.ts';
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
    const { accounts } = stack.use(openAccounts(database, new Argon2PasswordHasher()));
    const { known, unknown } = await timeWrongLogins(accounts, tries);
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
    const { accounts } = stack.use(openAccounts(database, new HasherWithoutNobody()));
    const { known, unknown } = await timeWrongLogins(accounts, 20);
    expect(rankSumZ(known, unknown)).toBeGreaterThan(criticalZ);
  },
  timeoutMs,
);
