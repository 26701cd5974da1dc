import { Database } from '@contract-reviewer/platform/pg/database';
import { expect, it } from 'vitest';
import { schema } from '../src/schema.ts';
import { PgSessionStore } from '../src/storage/pg-session-store.ts';
import { PgUserStore } from '../src/storage/pg-user-store.ts';
import { createSessionDatabase, silentLogger } from './session-stack.ts';
import { newEvent, newSession, newUser, passwordHash } from './stores.ts';

it('a user who is being changed keeps nobody else waiting', async () => {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await createSessionDatabase());
  const database = stack.use(new Database({ url, applicationName: 'creations', schema, logger: silentLogger }));
  const users = new PgUserStore(database);
  const sessions = new PgSessionStore(database);
  const [changing, other] = [newUser(), newUser()];
  for (const user of [changing, other]) await users.create(user, []);

  const changed = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const change = database.transaction(async (transaction) => {
    await transaction.query('SELECT FROM session.users WHERE user_id = $1 FOR UPDATE', [changing.userId]);
    locked.resolve();
    await changed.promise;
    await transaction.query('UPDATE session.users SET disabled = true WHERE user_id = $1', [changing.userId]);
  });
  await locked.promise;
  const outcomes: string[] = [];
  const create = async (user: typeof other) => {
    const [outcome] = await Promise.allSettled([sessions.create(newSession(user), { passwordHash }, newEvent())]);
    const name = user === other ? 'other' : 'changing';
    outcomes.push(`${name}: ${outcome.status === 'rejected' ? outcome.reason.kind : 'made'}`);
  };
  const all = [create(changing), create(other), create(changing)];
  await all[1];
  await create(other);
  expect(outcomes).toEqual(['other: made', 'other: made']);
  changed.resolve();
  await Promise.all([change, ...all]);
  expect(outcomes.slice(2)).toEqual(['changing: invalid_credentials', 'changing: invalid_credentials']);
});
