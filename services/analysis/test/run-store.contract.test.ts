import { describeRunStoreContract } from './run-store.contract.ts';
import { openCachedStores, openCachedStoresWithoutRedis, openPgStores } from './store-harness.ts';

describeRunStoreContract('PostgreSQL', openPgStores);
describeRunStoreContract('PostgreSQL behind Redis', openCachedStores);
describeRunStoreContract('PostgreSQL behind a Redis that is away', openCachedStoresWithoutRedis);
