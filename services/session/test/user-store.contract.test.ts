import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { User, UserId, UserWithPassword } from '../src/domain/user.ts';
import { minutesAfter, newEvent, newUser, noon, type Stores, ways } from './stores.ts';

let stores: Stores;
beforeAll(async () => {
  stores = await ways.PostgreSQL();
});
afterAll(() => stores[Symbol.asyncDispose]());

async function add(change: Partial<UserWithPassword> = {}): Promise<UserWithPassword> {
  const user = newUser(change);
  await stores.users.create(user, [newEvent({ type: 'user_created', userId: user.userId })]);
  return user;
}

function typesOf(userId: string): Promise<string[]> {
  return stores.emitted(userId);
}

describe('a user', () => {
  it('is what was created, by id and by address, with the event', async () => {
    const user = await add({ email: 'über.uns@example.test' });
    expect(await stores.users.get(user.userId)).toEqual(user);
    expect(await stores.users.findByEmail('über.uns@example.test')).toEqual(user);
    expect(await typesOf(user.userId)).toEqual(['user_created']);
  });

  it('that is not there is undefined', async () => {
    expect(await stores.users.get('nobody' as UserId)).toBeUndefined();
    expect(await stores.users.findByEmail('nobody@example.test')).toBeUndefined();
  });

  it('whose address is taken is refused as a whole, also when two come at once', async () => {
    const email = 'taken@example.test';
    const [first, second] = [newUser({ email }), newUser({ email })];
    const results = await Promise.allSettled(
      [first, second].map((user) => stores.users.create(user, [newEvent({ userId: user.userId })])),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [refused, user] = results[0]?.status === 'rejected' ? [results[0], first] : [results[1], second];
    expect(refused).toMatchObject({ reason: { kind: 'email_taken' } });
    expect(await stores.users.get(user.userId)).toBeUndefined();
    expect(await typesOf(user.userId)).toEqual([]);
  });
});

describe('a change', () => {
  it('changes what it names and nothing else', async () => {
    const user = await add();
    const now = minutesAfter(noon, 1);
    const event = newEvent({ type: 'user_updated', userId: user.userId });
    const expected: User = { ...user, role: 'admin', updatedAt: now };
    expect(await stores.users.update(user.userId, { role: 'admin' }, { now, events: [event] })).toEqual(expected);
    expect(await stores.users.update(user.userId, { passwordHash: 'new' }, { now, events: [] })).toMatchObject({
      role: 'admin',
      passwordHash: 'new',
    });
    expect(await typesOf(user.userId)).toEqual(['user_created', 'user_updated']);
  });

  it('of nobody is undefined and leaves no event', async () => {
    const event = newEvent({ userId: 'nobody' });
    const change = { disabled: true };
    expect(await stores.users.update('nobody' as UserId, change, { now: noon, events: [event] })).toBeUndefined();
    expect(await typesOf('nobody')).toEqual([]);
  });

  it('that rests on a password gives way to one that came before it', async () => {
    const user = await add();
    const options = { now: noon, events: [], ifPasswordHash: user.passwordHash };
    const changes = ['one', 'other'].map((passwordHash) => stores.users.update(user.userId, { passwordHash }, options));
    const done = (await Promise.all(changes)).filter((changed) => changed !== undefined);
    expect(done).toHaveLength(1);
    expect(await stores.users.get(user.userId)).toEqual(done[0]);
  });
});

it.each([
  ['disabled', { disabled: true }],
  ['made a user', { role: 'user' as const }],
])('the last administrator is never %s, also when two try to remove each other', async (_how, change) => {
  await using own = await ways.PostgreSQL();
  const two = [newUser({ role: 'admin' }), newUser({ role: 'admin' })];
  for (const user of two) await own.users.create(user, []);
  const options = { now: noon, events: [] };
  const results = await Promise.allSettled(two.map(({ userId }) => own.users.update(userId, change, options)));
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { kind: 'last_administrator' } });
});
