import { describeAnalysisStoreContract } from './analysis-store.contract.ts';
import { openCachedStores, openCachedStoresWithoutRedis, openPgStores } from './store-harness.ts';

describeAnalysisStoreContract('PostgreSQL', openPgStores);
describeAnalysisStoreContract('PostgreSQL behind Redis', openCachedStores);
describeAnalysisStoreContract('PostgreSQL behind a Redis that is away', openCachedStoresWithoutRedis);
