import { setTimeout } from 'node:timers/promises';
import { StatusError } from '@contract-reviewer/platform/errors';
import { Database } from '@contract-reviewer/platform/pg/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SessionServiceStack, silentLogger, startSessionService } from './session-stack.ts';

let service: SessionServiceStack;
beforeAll(async () => {
  service = await startSessionService();
});
afterAll(() => service[Symbol.asyncDispose]());

let addresses = 0;
/** An address that nobody has called from. */
function newAddress(): string {
  addresses += 1;
  return `198.51.100.${addresses}`;
}

/** What a login ends with: `right`, `wrong`, or how many milliseconds to wait. */
async function outcomeOf(call: Promise<unknown>): Promise<'right' | 'wrong' | number> {
  try {
    await call;
    return 'right';
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.reason === 'INVALID_CREDENTIALS') return 'wrong';
    expect(error).toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'TOO_MANY_ATTEMPTS' });
    return error.retryAfterMs as number;
  }
}

function login(email: string, password: string, address: string) {
  return outcomeOf(service.client.login({ email, password }, service.from(address)));
}

function guess(email: string, address: string) {
  return login(email, 'a wrong guess', address);
}

/** So few at a time that none finds its lane full. */
async function fewAtATime<T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> {
  const outcomes: T[] = [];
  let next = 0;
  const work = async () => {
    for (let index = next++; index < count; index = next++) outcomes.push(await call(index));
  };
  await Promise.all(Array.from({ length: 4 }, work));
  return outcomes;
}

/** Guesses from many addresses. @returns how many were looked at, and how long the others are to wait */
async function storm(email: string, tries: number, addressOf: (index: number) => string) {
  const outcomes = await fewAtATime(tries, (index) => guess(email, addressOf(index)));
  return {
    lookedAt: outcomes.filter((outcome) => outcome === 'wrong').length,
    waits: outcomes.filter((outcome) => typeof outcome === 'number'),
  };
}

describe('an account', () => {
  it('takes 3 wrong passwords in ten seconds from wherever they come, and tells when it takes more', async () => {
    const { user, password } = await service.openUser();
    const { lookedAt, waits } = await storm(user.email, 40, () => newAddress());
    expect(lookedAt).toBe(3);
    expect(waits).toHaveLength(37);
    expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
    const elsewhere = newAddress();
    const wait = await login(user.email, password, elsewhere);
    expect(wait).toBeGreaterThan(0);
    await setTimeout(wait as number);
    expect(await login(user.email, password, elsewhere)).toBe('right');
  });

  it('stays open to its owner, where they have logged in before, while others guess', async () => {
    const { user, password } = await service.openUser();
    const [home, attacker] = [newAddress(), newAddress()];
    expect(await login(user.email, password, home)).toBe('right');
    const guessing = storm(user.email, 60, () => attacker);
    for (let attempt = 0; attempt < 3; attempt += 1) expect(await login(user.email, password, home)).toBe('right');
    expect((await guessing).lookedAt).toBe(3);
    expect(await guess(user.email, home)).toBe('wrong');
    expect(await login(user.email, password, home)).toBe('right');
  });

  it('takes 10 wrong passwords in ten seconds from where its owner has logged in before', async () => {
    const { user, password } = await service.openUser();
    const home = newAddress();
    expect(await login(user.email, password, home)).toBe('right');
    expect((await storm(user.email, 30, () => home)).lookedAt).toBe(10);
  });

  it('can be logged in to any number of times with the right password', async () => {
    const { user, password } = await service.openUser();
    const address = newAddress();
    const outcomes = await fewAtATime(15, () => login(user.email, password, address));
    expect(new Set(outcomes)).toEqual(new Set(['right']));
  });

  it.each([
    ['from where its owner has logged in before', true],
    ['from elsewhere', false],
  ])('that is logged in to 130 times at once %s leaves room for others', async (_where, isFamiliar) => {
    const [one, other] = [await service.openUser(), await service.openUser()];
    const [address, elsewhere] = [newAddress(), newAddress()];
    if (isFamiliar) {
      expect(await login(one.user.email, one.password, address)).toBe('right');
      expect(await login(other.user.email, other.password, elsewhere)).toBe('right');
    }
    const flood = Array.from({ length: 130 }, () => login(one.user.email, one.password, address));
    // Behind the flood in every queue.
    expect(await login(other.user.email, other.password, elsewhere)).toBe('right');
    const outcomes = new Set(await Promise.all(flood));
    expect(outcomes).toEqual(new Set(['right', 1000]));
  });

  it('counts the wrong current passwords of a password change as well', async () => {
    const { user, password, token } = await service.openUser();
    const asUser = { ...service.from(newAddress()), authorization: `Bearer ${token}` };
    const change = (currentPassword: string) =>
      outcomeOf(service.client.changePassword({ currentPassword, newPassword: 'a completely new one' }, asUser));
    const outcomes = [];
    // Called by the user directly, so from the loopback address, from where they have logged in.
    for (let attempt = 0; attempt < 12; attempt += 1) outcomes.push(await change('a wrong guess'));
    expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(10);
    expect(await outcomeOf(service.client.login({ email: user.email, password }))).toBeGreaterThan(0);
  });
});

it('an address tries 30 passwords in ten seconds, whosever they are', async () => {
  const address = newAddress();
  const outcomes = await fewAtATime(50, (index) => guess(`nobody-${index}@example.test`, address));
  expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(30);
});

it('an address that tries 130 at once leaves room for others, whosever passwords they are', async () => {
  const { user, password } = await service.openUser();
  const address = newAddress();
  const flood = Array.from({ length: 130 }, (_, index) => guess(`nobody-${index}@example.test`, address));
  expect(await login(user.email, password, newAddress())).toBe('right');
  expect(await Promise.all(flood)).toContain(1000);
});

it('an address that does not exist is treated as one that does', async () => {
  const { user } = await service.openUser();
  const outcomes = await Promise.all(
    [user.email, 'nobody-at-all@example.test'].map(async (email) => {
      const address = newAddress();
      const each = [];
      for (let attempt = 0; attempt < 8; attempt += 1) each.push(await guess(email, address));
      return each.map((outcome) => typeof outcome);
    }),
  );
  expect(outcomes[0]).toEqual([...Array(3).fill('string'), ...Array(5).fill('number')]);
  expect(outcomes[1]).toEqual(outcomes[0]);
});

it('without Redis nothing of this is different', async () => {
  const { user } = await service.openUser();
  await service.redis.stop();
  try {
    expect((await storm(user.email, 20, () => newAddress())).lookedAt).toBe(3);
  } finally {
    await service.redis.restart();
  }
});

it('neither e-mail nor IP addresses are in what is kept of attempts', async () => {
  const { user, password } = await service.openUser();
  const address = newAddress();
  await login(user.email, password, address);
  await guess(user.email, newAddress());
  const options = { url: service.database.url, applicationName: 'attempts', schema: 'session', logger: silentLogger };
  await using database = new Database(options);
  const kept = await Promise.all([
    database.query('SELECT t::text FROM session.password_attempts AS t'),
    database.query('SELECT t::text FROM session.familiar_addresses AS t'),
  ]);
  for (const rows of kept) {
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toMatch(/198\.51|127\.0|example\.test/);
  }
});
