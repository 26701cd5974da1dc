import { Redis } from 'ioredis';
import { startForked } from '../forked.ts';
import type { Seed } from '../seed.ts';
import type { BenchSystem } from '../system.ts';
import { withClient } from '../with-client.ts';
import { PlainStore, type PlainStoreSettings, plainTables } from './plain-store.ts';
import type { Role } from './process.ts';

/** The two references, serving. */
export interface References extends AsyncDisposable {
  bareChain: { port: number; pids: readonly number[] };
  monolith: { port: number; pids: readonly number[] };
  /** Puts what the bare chain answers into Redis, which may have given it up for what was written since. */
  putBodies(): Promise<void>;
}

/** The only prefix that the gateway's user of Redis may touch, and no key of the gateway's own. */
export const keyPrefix = 'gateway:bench:';

/** What the bare chain has in Redis all the time, as the system answers it. */
export type Bodies = Record<'document' | 'analysis' | 'list' | 'session', string>;

export async function startReferences(
  { redisUrls, stack: { databaseUrls } }: BenchSystem,
  { sessionId, ownerId, review }: Seed,
  bodies: Bodies,
): Promise<References> {
  await using resources = new AsyncDisposableStack();
  const redis = new Redis(redisUrls.gateway);
  resources.defer(async () => void (await redis.quit()));
  const putBodies = async () => {
    for (const [key, value] of Object.entries(bodies)) await redis.set(keyPrefix + key, value);
  };
  await putBodies();
  await withClient(databaseUrls.document, (client) => client.query(plainTables.document));
  await withClient(databaseUrls.analysis, (client) => client.query(plainTables.analysis));

  const start = async (role: Role) => resources.use(await startForked(new URL('process.ts', import.meta.url), role));
  const storeOf = (name: string): PlainStoreSettings => ({
    redisUrl: redisUrls.gateway,
    keyPrefix: `${keyPrefix}${name}:`,
    documentDatabaseUrl: databaseUrls.document,
    analysisDatabaseUrl: databaseUrls.analysis,
    ownerId,
    review,
  });
  const monolithStore = storeOf('monolith');
  const service = await start({ role: 'bare service', ...storeOf('chain') });
  const chain = await start({ role: 'bare chain', servicePort: service.port });
  const monolith = await start({ role: 'monolith', ...monolithStore });
  await using store = new PlainStore(monolithStore);
  // The session that everybody is asked for.
  await store.createSession(sessionId);
  const acquired = resources.move();
  return {
    bareChain: { port: chain.port, pids: [chain.pid, service.pid] },
    monolith: { port: monolith.port, pids: [monolith.pid] },
    putBodies,
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}
