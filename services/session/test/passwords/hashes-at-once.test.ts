import { Database } from '@contract-reviewer/platform/pg/database';
import { afterAll, expect, it } from 'vitest';
import { Argon2PasswordHasher } from '../../src/passwords/argon2-password-hasher.ts';
import type { PasswordHasher } from '../../src/passwords/password-hasher.ts';
import { schema } from '../../src/schema.ts';
import { openAccounts } from '../open-accounts.ts';
import { createSessionDatabase, silentLogger } from '../session-stack.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

/** Counts how many hashes are made at once, at most. */
class CountingHasher implements PasswordHasher {
  readonly #hasher = new Argon2PasswordHasher();
  #running = 0;
  most = 0;

  hash(password: string): Promise<string> {
    return this.#counted(() => this.#hasher.hash(password));
  }

  verify(password: string, passwordHash: string): Promise<boolean> {
    return this.#counted(() => this.#hasher.verify(password, passwordHash));
  }

  verifyAgainstNobody(password: string): Promise<false> {
    return this.#counted(() => this.#hasher.verifyAgainstNobody(password));
  }

  async #counted<T>(work: () => Promise<T>): Promise<T> {
    this.#running += 1;
    this.most = Math.max(this.most, this.#running);
    try {
      return await work();
    } finally {
      this.#running -= 1;
    }
  }
}

it('two hashes are made at once, whether passwords are tried, changed, reset or given to a new account', async () => {
  const { url } = stack.use(await createSessionDatabase());
  const database = stack.use(new Database({ url, applicationName: 'hashes', schema, logger: silentLogger }));
  const hasher = new CountingHasher();
  const { accounts } = stack.use(openAccounts(database, hasher));
  const admin = { email: 'admin@localhost', password: 'correct horse battery staple' };
  const own = { email: 'own@example.test', password: 'something else altogether' };
  await accounts.ensureAdministrator(admin.email, admin.password);
  const { session: asAdmin } = await accounts.login(admin, '192.0.2.1');
  await accounts.createUser(asAdmin, { ...own, role: 'user' });
  const { session: asOwn } = await accounts.login(own, '192.0.2.2');

  hasher.most = 0;
  const newPassword = 'a completely new one';
  await Promise.all([
    ...Array.from({ length: 8 }, (_, index) =>
      accounts.createUser(asAdmin, { email: `${index}@example.test`, password: own.password, role: 'user' }),
    ),
    accounts.updateUser(asAdmin, asAdmin.userId, { password: newPassword }),
    accounts.changePassword(asOwn, { currentPassword: own.password, newPassword }, '192.0.2.2'),
    accounts.login({ ...own, email: 'nobody@example.test' }, '192.0.2.3').catch(() => 'refused'),
  ]);
  expect(hasher.most).toBe(2);
});
