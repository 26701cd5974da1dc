import { describeSessionStoreContract } from './session-store.contract.ts';
import { ways } from './stores.ts';

for (const [name, open] of Object.entries(ways)) describeSessionStoreContract(name, open);
