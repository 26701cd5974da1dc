import { describeDocumentStoreContract } from './document-store.contract.ts';
import { openCachedStore, openPgStore } from './open-stores.ts';

describeDocumentStoreContract('PostgreSQL', openPgStore);

describeDocumentStoreContract('cached', async () => {
  const cached = await openCachedStore();
  return {
    store: cached.store,
    database: cached.pg.database,
    [Symbol.asyncDispose]: () => cached[Symbol.asyncDispose](),
  };
});

describeDocumentStoreContract('cached, with Redis stopped', async () => {
  const cached = await openCachedStore();
  await cached.redis.stop();
  return {
    store: cached.store,
    database: cached.pg.database,
    [Symbol.asyncDispose]: () => cached[Symbol.asyncDispose](),
  };
});
