import { CachedGrantStore } from '../src/storage/cached-grant-store.ts';
import { PgGrantStore } from '../src/storage/pg-grant-store.ts';
import { describeGrantStoreContract, type OpenedStores } from './grant-store.contract.ts';
import { type CachedStores, openCachedStore, openPgStore } from './open-stores.ts';

describeGrantStoreContract('PostgreSQL', async () => {
  const pg = await openPgStore();
  return {
    documents: pg.store,
    grants: new PgGrantStore(pg.database),
    database: pg.database,
    [Symbol.asyncDispose]: () => pg[Symbol.asyncDispose](),
  };
});

describeGrantStoreContract('cached', async () => cachedStores(await openCachedStore()));

describeGrantStoreContract('cached, with Redis stopped', async () => {
  const cached = await openCachedStore();
  await cached.redis.stop();
  return cachedStores(cached);
});

function cachedStores(cached: CachedStores): OpenedStores {
  const { database } = cached.pg;
  const documents = cached.store;
  return {
    documents,
    grants: new CachedGrantStore(new PgGrantStore(database), (documentId) => documents.refill(documentId)),
    database,
    [Symbol.asyncDispose]: () => cached[Symbol.asyncDispose](),
  };
}
