import { createHash } from 'node:crypto';
import { Database } from '@contract-reviewer/platform/pg/database';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { schema } from '../src/schema.ts';
import { PgFamiliarAddressStore } from '../src/storage/pg-familiar-address-store.ts';
import { PgUserStore } from '../src/storage/pg-user-store.ts';
import { createSessionDatabase, silentLogger } from './session-stack.ts';
import { minutesAfter, newUser, noon } from './stores.ts';

const stack = new AsyncDisposableStack();
let store: PgFamiliarAddressStore;
let users: PgUserStore;
beforeAll(async () => {
  const { url } = stack.use(await createSessionDatabase());
  const database = stack.use(new Database({ url, applicationName: 'addresses', schema, logger: silentLogger }));
  store = new PgFamiliarAddressStore(database);
  users = new PgUserStore(database);
});
afterAll(() => stack.disposeAsync());

async function addUser(): Promise<string> {
  const user = newUser();
  await users.create(user, []);
  return user.email;
}

function addressHash(address: number): Buffer {
  return createHash('sha256').update(String(address)).digest();
}

it('an address was last seen when it was last remembered, and is its own user’s alone', async () => {
  const [email, other] = [await addUser(), await addUser()];
  expect(await store.lastSeen(email, addressHash(1))).toBeUndefined();
  await store.remember(email, addressHash(1), noon);
  await store.remember(email, addressHash(1), minutesAfter(noon, 1));
  expect(await store.lastSeen(email, addressHash(1))).toEqual(minutesAfter(noon, 1));
  expect(await store.lastSeen(email, addressHash(2))).toBeUndefined();
  expect(await store.lastSeen(other, addressHash(1))).toBeUndefined();
});

it('of nobody there is none to remember', async () => {
  await store.remember('nobody@example.test', addressHash(1), noon);
  expect(await store.lastSeen('nobody@example.test', addressHash(1))).toBeUndefined();
});

it('the latest 20 of a user are kept', async () => {
  const [email, other] = [await addUser(), await addUser()];
  await store.remember(other, addressHash(0), minutesAfter(noon, -1));
  for (let address = 0; address < 21; address += 1)
    await store.remember(email, addressHash(address), minutesAfter(noon, address));
  expect(await store.lastSeen(email, addressHash(0))).toBeUndefined();
  expect(await store.lastSeen(email, addressHash(1))).toEqual(minutesAfter(noon, 1));
  expect(await store.lastSeen(email, addressHash(20))).toEqual(minutesAfter(noon, 20));
  expect(await store.lastSeen(other, addressHash(0))).toBeDefined();
});

it('what is older is forgotten', async () => {
  const email = await addUser();
  for (const address of [1, 2]) await store.remember(email, addressHash(address), minutesAfter(noon, 100 * address));
  await store.forgetBefore(minutesAfter(noon, 150));
  expect(await store.lastSeen(email, addressHash(1))).toBeUndefined();
  expect(await store.lastSeen(email, addressHash(2))).toBeDefined();
});
